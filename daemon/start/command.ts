/** The `jobdeck` command in the daemon's home, for jobs on machines where it is not on the PATH. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../shared/files/replaceFile.ts';

/** What runs the command line: the daemon's Node (or Electron) and the script. */
export interface CommandLine {
  program: string;
  script: string;
}

/** Writes the command into `folder`. Jobs run without it, so a failure is only logged. */
export function writeCommand(
  folder: string,
  line: CommandLine,
  onProblem: (error: unknown, about: string) => void,
  platform: NodeJS.Platform = process.platform,
): void {
  const name = platform === 'win32' ? 'jobdeck.cmd' : 'jobdeck';
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    // Atomic, because a job may be starting it at this moment.
    replaceFile(join(folder, name), platform === 'win32' ? batchFile(line) : shellScript(line), { mode: 0o700 });
  } catch (error) {
    onProblem(error, 'writing the command jobdeck for jobs');
  }
}

function shellScript({ program, script }: CommandLine): string {
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 ELECTRON_NO_ASAR=1 exec ${quoted(program)} ${quoted(script)} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** An unescaped percent sign in a path would start a variable. */
function batchFile({ program, script }: CommandLine): string {
  const word = (text: string) => `"${text.replaceAll('%', '%%')}"`;
  return [
    '@echo off',
    'setlocal',
    'set ELECTRON_RUN_AS_NODE=1',
    'set ELECTRON_NO_ASAR=1',
    `${word(program)} ${word(script)} %*`,
    '',
  ].join('\r\n');
}
