/** Missing programs, modules, libraries and build targets. */
import { quoteArgument } from '../../format.ts';
import { programCause } from '../../messages/programCauses.ts';
import type { Problem } from '../../messages/schema.ts';
import type { Found, Rule } from '../rule.ts';

/** `lodash` of `lodash/fp`, `@scope/name` of `@scope/name/part`. */
const packageOf = (module: string) => module.split('/', module.startsWith('@') ? 2 : 1).join('/');

/** Names that hints put into commands, which must not contain anything else. */
const isNpmName = (name: string) => /^(?:@[\w~-][\w.~-]{0,100}\/)?[a-z\d~_][\w.~-]{0,200}$/i.test(name);
const isPlainName = (name: string) => /^[a-z\d_][\w.-]{0,200}$/i.test(name);
const isModuleName = (name: string | undefined): name is string => /^[a-z\d_][\w.:/$@~-]{0,200}$/i.test(name ?? '');

export const programRules: readonly Rule[] = [
  {
    // TypeScript says the same, but about types.
    patterns: [
      /^(?:.{0,100}\b)?Error(?: \[\w{1,40}\])?: Cannot find module '(?<path>\.{0,2}\/[^']{1,300})'(?![\p{L}\p{N}])/u,
    ],
    problem: ({ path, line }) =>
      path === undefined ? null : programCause.problem('MODULE_MISSING/nodeFile', { path, line }),
  },
  {
    patterns: [
      /^(?:.{0,100}\b)?Error(?: \[\w{1,40}\])?: Cannot find (?:module|package) '(?<module>[@\w][^'\s]{0,200})'(?![\p{L}\p{N}])/u,
      /^\s{0,20}Cannot find (?:module|package) '(?<module>[@\w][^'\s]{0,200})' (?:from|imported from) /,
    ],
    problem: ({ module, line }) => {
      const name = packageOf(module ?? '');
      return isNpmName(name)
        ? programCause.problem('MODULE_MISSING/node', { module: module ?? '', package: name, line })
        : null;
    },
  },
  {
    patterns: [
      /\bModuleNotFoundError: No module named '(?<module>[\w.-]{1,200})'/,
      /^(?:[^\s:]{0,200}\/)?python[\d.]{0,10}(?:\.exe)?: No module named (?<module>[\w.-]{1,200})$/,
    ],
    problem: ({ module, line }) => {
      const [name = ''] = (module ?? '').split('.');
      return isPlainName(name)
        ? programCause.problem('MODULE_MISSING/python', { module: module ?? '', package: name, line })
        : null;
    },
  },
  {
    patterns: [/\bcannot load such file -- (?<module>[^\s(]{1,200})/],
    problem: ({ module, line }) => {
      const name = packageOf(module ?? '');
      return isPlainName(name)
        ? programCause.problem('MODULE_MISSING/ruby', { module: module ?? '', package: name, line })
        : null;
    },
  },
  {
    patterns: [/\byou may need to install the (?<module>[\w:]{1,200}) module\b/],
    problem: ({ module, line }) =>
      isModuleName(module) ? programCause.problem('MODULE_MISSING/perl', { module, line }) : null,
  },
  {
    patterns: [
      /\b(?:cannot find module providing package|no required module provides package) (?<module>[^\s:;]{1,200})/,
      /\bpackage (?<module>[^\s:;]{1,200}) is not in std\b/,
    ],
    problem: ({ module, line }) =>
      isModuleName(module) ? programCause.problem('MODULE_MISSING/go', { module, line }) : null,
  },
  {
    patterns: [
      /^error\[E0432\]: unresolved import `(?<module>\w{1,200})(?:`|::)/,
      /^error\[E0463\]: can't find crate for `(?<module>\w{1,200})`/,
    ],
    problem: ({ module, line }) =>
      isModuleName(module) ? programCause.problem('MODULE_MISSING/rust', { module, line }) : null,
  },
  {
    patterns: [
      /\bjava\.lang\.(?:ClassNotFoundException|NoClassDefFoundError): (?<module>[\w./$]{1,200})/,
      /\berror: package (?<module>[\w.]{1,200}) does not exist\b/,
    ],
    problem: ({ module, line }) =>
      isModuleName(module) ? programCause.problem('MODULE_MISSING/java', { module, line }) : null,
  },
  {
    patterns: [/\bthere is no package called ['‘](?<module>[\w.]{1,100})['’]/],
    problem: ({ module, line }) =>
      isModuleName(module) ? programCause.problem('MODULE_MISSING/r', { module, line }) : null,
  },
  {
    patterns: [
      /\bfatal error: (?<header>[^\s:]{1,200}\.h(?:pp|xx|h)?): No such file or directory$/,
      /\bcannot find (?<library>-l[^\s:]{1,100})(?::|$)/,
      /\berror while loading shared libraries: (?<file>[^\s:]{1,200}): cannot open shared object file/,
      /^(?:dyld\b.{0,40}: )?Library not loaded: (?<file>[^\s]{1,200})$/,
    ],
    problem: ({ header, library, file, line }) => {
      if (header) return programCause.problem('LIBRARY_MISSING/header', { header, line });
      if (file) return programCause.problem('LIBRARY_MISSING/load', { library: file, line });
      return library ? programCause.problem('LIBRARY_MISSING/link', { library, line }) : null;
    },
  },
  {
    patterns: [
      /^(?:npm (?:error|ERR!)|.{0,10}ERR_PNPM_NO_SCRIPT) {1,4}[Mm]issing script: "?(?<script>[^"\s]{1,100})"?$/,
      /^(?:[^\s:]{0,100}\/)?g?make(?:\[\d{1,3}\])?: \*\*\* No rule to make target ['`‘](?<target>[^'’]{1,200})['’](?:,|\.|$)/,
    ],
    problem: ({ script, target, line }) => {
      if (script) return programCause.problem('TARGET_MISSING/npm', { script, line });
      return target ? programCause.problem('TARGET_MISSING/make', { target, line }) : null;
    },
  },
  {
    patterns: [
      // bash: ./x: /bin/sh^M: bad interpreter: No such file or directory
      /(?:^|: )(?<script>[^\s:]{1,300}): (?<interpreter>[^\s:^]{1,200})\^M: bad interpreter: /,
      /(?:^|: )(?<script>[^\s:]{1,300}): bad interpreter: (?<interpreter>[^\s:^]{1,200})\^M: /,
      // env: ‘bash\r’: No such file or directory
      /^(?:[^\s:]{0,100}\/)?env: ['‘"](?<interpreter>[^'’":\s\\]{1,100})\\r['’"]: No such file or directory$/,
      // line 2: $'make\r': command not found
      /: \$'[^'\s]{0,200}\\r': command not found$/,
    ],
    problem: ({ script, interpreter, line }) => {
      if (script) return programCause.problem('COMMAND_NOT_FOUND/crlf', { script, argument: quoteArgument(script) });
      return interpreter
        ? programCause.problem('COMMAND_NOT_FOUND/crlfInterpreter', { interpreter, line })
        : programCause.problem('COMMAND_NOT_FOUND/crlfLines', { line });
    },
  },
  {
    patterns: [
      /(?:^|: )(?<script>[^\s:]{1,300}): (?<interpreter>[^\s:^]{1,200}): bad interpreter: [Nn]o such file or directory$/,
      /(?:^|: )(?<script>[^\s:]{1,300}): bad interpreter: (?<interpreter>[^\s:^]{1,200}): no such file or directory$/,
    ],
    problem: ({ script, interpreter }) =>
      script && interpreter ? programCause.problem('COMMAND_NOT_FOUND/interpreter', { script, interpreter }) : null,
  },
  {
    // Bash says this about a script without its interpreter, and about a program without its loader.
    patterns: [
      /^[^\s:]{1,200}: (?:line \d{1,9}: )?(?<command>[^\s:$']{1,200}): cannot execute: required file not found$/,
    ],
    problem: ({ command }) => (command ? programCause.problem('COMMAND_NOT_FOUND/cannotRun', { command }) : null),
  },
  {
    patterns: [
      /^[^\s:]{1,200}: (?:line \d{1,9}: )?(?<command>[^\s:$']{1,200}): command not found$/,
      /^[^\s:]{0,200}sh: (?:\d{1,9}: )?(?<command>[^\s:]{1,200}): not found$/,
      /^[^\s:]{1,200}:\d{1,9}: command not found: (?<command>[^\s]{1,200})$/,
      /^(?:[^\s:]{0,100}\/)?(?:g?make(?:\[\d{1,3}\])?|xargs): (?<command>[^\s:]{1,200}): (?:No such file or directory|Command not found)$/,
      /^(?:[^\s:]{0,100}\/)?(?:env|nice|nohup|timeout|stdbuf|chroot|ionice): (?:failed to run command )?(?:['‘"](?<command>[^'’":\s]{1,200})['’"]): No such file or directory$/,
      /^(?:[^\s:]{0,100}\/)?env: (?<command>[^'‘":\s]{1,200}): No such file or directory$/,
      /(?:^|: )spawn(?:Sync)? (?<command>[^\s]{1,200}) ENOENT$/,
      /(?:^|: )exec: "(?<command>[^"\s]{1,200})": executable file not found in /,
      /^'(?<command>[^'\s]{1,200})' is not recognized as an internal or external command/,
      /^fish: Unknown command: (?<command>[^\s]{1,200})$/,
    ],
    problem: commandNotFound,
  },
  {
    // dash names the script: build.sh: 3: foo: not found
    exitCode: 127,
    patterns: [/^[^\s:]{1,200}: \d{1,9}: (?<command>[^\s:]{1,200}): not found$/],
    problem: commandNotFound,
  },
];

function commandNotFound({ command, line }: Found & { line: string }): Problem | null {
  return command === undefined ? null : programCause.problem('COMMAND_NOT_FOUND/inOutput', { command, line });
}
