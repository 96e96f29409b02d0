/** Programs, modules and libraries that are not there. */
import type { Found, Rule } from '../rule.ts';

type Says = (name: string) => string;

const missing = (is: Says, install: Says): Pick<Rule, 'code' | 'message' | 'hint'> => ({
  code: 'MODULE_MISSING',
  message: ({ name }) => is(name ?? ''),
  hint: ({ name }) => install(name ?? ''),
});

/** `lodash` of `lodash/fp`, `@scope/name` of `@scope/name/part`. */
const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

export const programRules: readonly Rule[] = [
  {
    code: 'MODULE_MISSING',
    patterns: [/\bCannot find module '(?<path>\.{0,2}\/[^']{0,300})'/],
    message: ({ path }) => `Node.js did not find the file ${path}.`,
    hint: () => 'Check the path. If a build makes that file, run the build first.',
  },
  {
    ...missing(
      (name) => `The Node.js package ${name} is missing.`,
      (name) => `Install it: npm install ${packageOf(name)} (npm ci, if it is in package.json).`,
    ),
    patterns: [/\bCannot find (?:module|package) '(?<name>[@\w][^'\s]{0,200})'/],
  },
  {
    ...missing(
      (name) => `The Python module ${name} is missing.`,
      (name) =>
        `Install it into the Python that runs this: python3 -m pip install ${name.split('.')[0]} (the package may have another name), or activate the virtual environment.`,
    ),
    patterns: [
      /\bModuleNotFoundError: No module named '(?<name>[\w.-]{1,200})'/,
      /^[^:]{1,200}: No module named (?<name>[\w.-]{1,200})$/,
    ],
  },
  {
    ...missing(
      (name) => `The Ruby library ${name} is missing.`,
      (name) => `Install it: gem install ${name.split('/')[0]}, or bundle install.`,
    ),
    patterns: [/\bcannot load such file -- (?<name>[^\s(]{1,200})/],
  },
  {
    ...missing(
      (name) => `The Perl module ${name} is missing.`,
      (name) => `Install it: cpan ${name}`,
    ),
    patterns: [/\byou may need to install the (?<name>[\w:]{1,200}) module\b/],
  },
  {
    ...missing(
      (name) => `The Go package ${name} is missing.`,
      (name) => `Fetch it: go get ${name} (go mod tidy finds all of them).`,
    ),
    patterns: [
      /\b(?:cannot find module providing package|no required module provides package) (?<name>[^\s:;]{1,200})/,
      /\bpackage (?<name>[^\s:;]{1,200}) is not in std\b/,
    ],
  },
  {
    ...missing(
      (name) => `The Rust crate ${name} is missing.`,
      (name) => `Add it: cargo add ${name}`,
    ),
    patterns: [
      /^error\[E0432\]: unresolved import `(?<name>\w{1,200})/,
      /^error\[E0463\]: can't find crate for `(?<name>\w{1,200})`/,
    ],
  },
  {
    ...missing(
      (name) => `The Java class or package ${name} is missing.`,
      () => 'Check the class path (-cp), and that the dependency is declared and was built.',
    ),
    patterns: [
      /\bjava\.lang\.(?:ClassNotFoundException|NoClassDefFoundError): (?<name>[\w./$]{1,200})/,
      /\berror: package (?<name>[\w.]{1,200}) does not exist\b/,
    ],
  },
  {
    ...missing(
      (name) => `The R package ${name} is missing.`,
      (name) => `Install it: install.packages("${name}")`,
    ),
    patterns: [/\bthere is no package called ['‘](?<name>[\w.]{1,100})['’]/],
  },
  {
    code: 'LIBRARY_MISSING',
    patterns: [
      /\bfatal error: (?<header>[^\s:]{1,200}\.h(?:pp|xx|h)?): No such file or directory$/,
      /\bcannot find -l(?<library>[^\s:]{1,100})/,
      /\berror while loading shared libraries: (?<file>[^\s:]{1,200}): cannot open shared object file/,
      /\bLibrary not loaded: (?<file>[^\s]{1,200})/,
    ],
    message: ({ header, library, file }: Found) => {
      if (header) return `The header ${header} is missing.`;
      return `The library ${library ? `lib${library}` : file} is missing.`;
    },
    hint: ({ file }) =>
      file
        ? 'Install the package that holds it, or name its folder in LD_LIBRARY_PATH.'
        : 'Install the development package that holds it (on Debian its name ends with -dev), or name its folder with -I or -L.',
  },
  {
    code: 'TARGET_MISSING',
    patterns: [
      /\bMissing script: "?(?<script>[^"\s]{1,100})"?/,
      /\bNo rule to make target ['`](?<target>[^']{1,200})'/,
    ],
    message: ({ script, target }) =>
      script ? `package.json has no script “${script}”.` : `make knows neither how to make ${target} nor finds it.`,
    hint: ({ script }) =>
      script
        ? 'Check its spelling; npm run lists them.'
        : 'Check its spelling, the Makefile, and the folder the job runs in.',
  },
  {
    code: 'COMMAND_NOT_FOUND',
    patterns: [
      /^[^\s:]{1,200}: (?:line \d{1,9}: )?(?<name>[^\s:]{1,200}): command not found$/,
      /^[^\s:]{0,200}sh: (?:\d{1,9}: )?(?<name>[^\s:]{1,200}): not found$/,
      /^[^\s:]{1,200}: \d{1,9}: (?<name>[^\s:]{1,200}): not found$/,
      /^[^\s:]{1,200}:\d{1,9}: command not found: (?<name>[^\s]{1,200})$/,
      /^(?:g?make)(?:\[\d{1,3}\])?: (?<name>[^\s:]{1,200}): No such file or directory$/,
      /^(?:[^\s:]{0,100}\/)?env: ['‘"]?(?<name>[^'’":\s]{1,200})['’"]?: No such file or directory$/,
      /\bspawn(?:Sync)? (?<name>[^\s]{1,200}) ENOENT\b/,
      /\bexec: "(?<name>[^"]{1,200})": executable file not found in\b/,
      /^'(?<name>[^']{1,200})' is not recognized as an internal or external command/,
      /\bUnknown command: (?<name>[^\s]{1,200})$/,
    ],
    message: ({ name }) => `The command “${name}”, which the job called, was not found.`,
    hint: () =>
      'Check its spelling, that it is installed, and that its folder is on the PATH the job was started with.',
  },
];
