/** The script by which shells find the command line. */

/** What runs the command line: Node, or Electron as Node, and the script. */
export interface CommandLine {
  program: string;
  script: string;
}

/** Name of the file that holds the script. */
export function commandFile(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'jobdeck.cmd' : 'jobdeck';
}

/** Content of the file. */
export function commandScript(line: CommandLine, platform: NodeJS.Platform): string {
  return platform === 'win32' ? batchFile(line) : shellScript(line);
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
