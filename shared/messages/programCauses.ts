/** Causes of failure that a job's output names: missing programs, modules, libraries and build targets. */
import { defineProblems } from './define.ts';

export const programCause = defineProblems({
  'MODULE_MISSING/nodeFile': {
    message: 'Node.js could not find the file {path}.',
    hint: 'Check the path. If a build creates the file, run the build first. Output: {line}',
  },
  'MODULE_MISSING/node': {
    message: 'The Node.js package {module} is missing.',
    hint: 'Install it with npm install {package}, or with npm ci if package.json already lists it. Output: {line}',
  },
  'MODULE_MISSING/python': {
    message: 'The Python module {module} is missing.',
    hint: 'Activate the right virtual environment, or install the module for this Python: python3 -m pip install {package} (the package name may differ). Output: {line}',
  },
  'MODULE_MISSING/ruby': {
    message: 'The Ruby library {module} is missing.',
    hint: 'Install it with gem install {package}, or with bundle install. Output: {line}',
  },
  'MODULE_MISSING/perl': {
    message: 'The Perl module {module} is missing.',
    hint: 'Install it with cpan {module}. Output: {line}',
  },
  'MODULE_MISSING/go': {
    message: 'The Go package {module} is missing.',
    hint: 'Add it with go get {module}. To add all missing packages, run go mod tidy. Output: {line}',
  },
  'MODULE_MISSING/rust': {
    message: 'The Rust crate {module} is missing.',
    hint: 'Add it with cargo add {module}. Output: {line}',
  },
  'MODULE_MISSING/java': {
    message: 'The Java class or package {module} is missing.',
    hint: 'Check the class path (-cp), and that the dependency is declared and built. Output: {line}',
  },
  'MODULE_MISSING/r': {
    message: 'The R package {module} is missing.',
    hint: 'Install it with install.packages("{module}"). Output: {line}',
  },
  'LIBRARY_MISSING/header': {
    message: 'The header file {header} is missing.',
    hint: 'Install the development package that contains it (on Debian its name ends in -dev), or add its folder with -I. Output: {line}',
  },
  'LIBRARY_MISSING/link': {
    message: 'The linker could not find the library {library}.',
    hint: 'Install the development package that contains it (on Debian its name ends in -dev), or add its folder with -L. Output: {line}',
  },
  'LIBRARY_MISSING/load': {
    message: 'The library {library} is missing.',
    hint: 'Install the package that contains it, or add its folder to LD_LIBRARY_PATH. Output: {line}',
  },
  'TARGET_MISSING/npm': {
    message: 'package.json has no script “{script}”.',
    hint: 'Check the spelling. To list the scripts, run npm run. Output: {line}',
  },
  'TARGET_MISSING/make': {
    message: 'make has no rule for “{target}”, and no file has that name.',
    hint: 'Check the spelling, the Makefile, and the folder the job runs in. Output: {line}',
  },
  'COMMAND_NOT_FOUND/crlf': {
    message: 'The script {script} has Windows line endings (CRLF), so its interpreter was not found.',
    hint: 'Save it with Unix line endings (LF), for example with dos2unix -- {argument}',
  },
  'COMMAND_NOT_FOUND/crlfInterpreter': {
    message: 'A script has Windows line endings (CRLF), so its interpreter {interpreter} was not found.',
    hint: 'Save it with Unix line endings (LF), for example with dos2unix. Output: {line}',
  },
  'COMMAND_NOT_FOUND/crlfLines': {
    message: 'A script has Windows line endings (CRLF), so its commands were not found.',
    hint: 'Save it with Unix line endings (LF), for example with dos2unix. Output: {line}',
  },
  'COMMAND_NOT_FOUND/interpreter': {
    message: 'The interpreter {interpreter} of the script {script} was not found.',
    hint: 'Install it, or correct the first line of the script.',
  },
  'COMMAND_NOT_FOUND/cannotRun': {
    message: '{command} exists, but the system could not run it.',
    hint: 'An interpreter or a library that it needs may be missing, or it may be built for another system.',
  },
  'COMMAND_NOT_FOUND/inOutput': {
    message: 'The command “{command}”, which the job runs, was not found.',
    hint: 'Check the spelling, that it is installed, and that its folder is on the job’s PATH. Output: {line}',
  },
});
