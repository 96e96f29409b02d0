/** Missing programs, modules, libraries and build targets. */
import { programCause } from '../../messages/programCauses.ts';
import type { Rule } from '../rule.ts';

/** `lodash` of `lodash/fp`, `@scope/name` of `@scope/name/part`. */
const packageOf = (module: string) => module.split('/', module.startsWith('@') ? 2 : 1).join('/');

export const programRules: readonly Rule[] = [
  {
    patterns: [/\bCannot find module '(?<path>\.{0,2}\/[^']{0,300})'/],
    problem: ({ path = '', line }) => programCause.problem('MODULE_MISSING/nodeFile', { path, line }),
  },
  {
    patterns: [/\bCannot find (?:module|package) '(?<module>[@\w][^'\s]{0,200})'/],
    problem: ({ module = '', line }) =>
      programCause.problem('MODULE_MISSING/node', { module, package: packageOf(module), line }),
  },
  {
    patterns: [
      /\bModuleNotFoundError: No module named '(?<module>[\w.-]{1,200})'/,
      /^[^:]{1,200}: No module named (?<module>[\w.-]{1,200})$/,
    ],
    problem: ({ module = '', line }) =>
      programCause.problem('MODULE_MISSING/python', { module, package: module.split('.')[0] ?? module, line }),
  },
  {
    patterns: [/\bcannot load such file -- (?<module>[^\s(]{1,200})/],
    problem: ({ module = '', line }) =>
      programCause.problem('MODULE_MISSING/ruby', { module, package: packageOf(module), line }),
  },
  {
    patterns: [/\byou may need to install the (?<module>[\w:]{1,200}) module\b/],
    problem: ({ module = '', line }) => programCause.problem('MODULE_MISSING/perl', { module, line }),
  },
  {
    patterns: [
      /\b(?:cannot find module providing package|no required module provides package) (?<module>[^\s:;]{1,200})/,
      /\bpackage (?<module>[^\s:;]{1,200}) is not in std\b/,
    ],
    problem: ({ module = '', line }) => programCause.problem('MODULE_MISSING/go', { module, line }),
  },
  {
    patterns: [
      /^error\[E0432\]: unresolved import `(?<module>\w{1,200})/,
      /^error\[E0463\]: can't find crate for `(?<module>\w{1,200})`/,
    ],
    problem: ({ module = '', line }) => programCause.problem('MODULE_MISSING/rust', { module, line }),
  },
  {
    patterns: [
      /\bjava\.lang\.(?:ClassNotFoundException|NoClassDefFoundError): (?<module>[\w./$]{1,200})/,
      /\berror: package (?<module>[\w.]{1,200}) does not exist\b/,
    ],
    problem: ({ module = '', line }) => programCause.problem('MODULE_MISSING/java', { module, line }),
  },
  {
    patterns: [/\bthere is no package called ['‘](?<module>[\w.]{1,100})['’]/],
    problem: ({ module = '', line }) => programCause.problem('MODULE_MISSING/r', { module, line }),
  },
  {
    patterns: [
      /\bfatal error: (?<header>[^\s:]{1,200}\.h(?:pp|xx|h)?): No such file or directory$/,
      /\bcannot find -l(?<library>[^\s:]{1,100})/,
      /\berror while loading shared libraries: (?<file>[^\s:]{1,200}): cannot open shared object file/,
      /\bLibrary not loaded: (?<file>[^\s]{1,200})/,
    ],
    problem: ({ header, library = '', file, line }) => {
      if (header) return programCause.problem('LIBRARY_MISSING/header', { header, line });
      return file
        ? programCause.problem('LIBRARY_MISSING/load', { library: file, line })
        : programCause.problem('LIBRARY_MISSING/link', { library: `lib${library}`, line });
    },
  },
  {
    patterns: [
      /\bMissing script: "?(?<script>[^"\s]{1,100})"?/,
      /\bNo rule to make target ['`](?<target>[^']{1,200})'/,
    ],
    problem: ({ script, target = '', line }) =>
      script
        ? programCause.problem('TARGET_MISSING/npm', { script, line })
        : programCause.problem('TARGET_MISSING/make', { target, line }),
  },
  {
    patterns: [
      /^[^\s:]{1,200}: (?:line \d{1,9}: )?(?<command>[^\s:]{1,200}): command not found$/,
      /^[^\s:]{0,200}sh: (?:\d{1,9}: )?(?<command>[^\s:]{1,200}): not found$/,
      /^[^\s:]{1,200}: \d{1,9}: (?<command>[^\s:]{1,200}): not found$/,
      /^[^\s:]{1,200}:\d{1,9}: command not found: (?<command>[^\s]{1,200})$/,
      /^(?:g?make)(?:\[\d{1,3}\])?: (?<command>[^\s:]{1,200}): No such file or directory$/,
      /^(?:[^\s:]{0,100}\/)?env: ['‘"]?(?<command>[^'’":\s]{1,200})['’"]?: No such file or directory$/,
      /\bspawn(?:Sync)? (?<command>[^\s]{1,200}) ENOENT\b/,
      /\bexec: "(?<command>[^"]{1,200})": executable file not found in\b/,
      /^'(?<command>[^']{1,200})' is not recognized as an internal or external command/,
      /\bUnknown command: (?<command>[^\s]{1,200})$/,
    ],
    problem: ({ command = '', line }) => programCause.problem('COMMAND_NOT_FOUND/inOutput', { command, line }),
  },
];
