/** Environments of a tox.ini. */
import type { ProjectScript, ScriptReader } from '../projectScript.ts';

export const toxIni: ScriptReader = { files: ['tox.ini'], read: readToxIni };

function readToxIni(text: string): ProjectScript[] {
  const lines = text.split(/\r?\n/);
  const found = new Map<string, number>();
  let inTox = false;
  let inList = false;
  for (const [at, line] of lines.entries()) {
    const section = /^\[(.+)\]/.exec(line)?.[1];
    const list = /^env_?list\s*=(.*)$/.exec(line)?.[1];
    if (section !== undefined) inTox = section === 'tox';
    inList = inTox && section === undefined && (list !== undefined || (inList && /^\s/.test(line)));
    const own = /^testenv:([\w.-]+)$/.exec(section ?? '')?.[1];
    const names = inList ? (list ?? line).split(/[\s,]+/) : own === undefined ? [] : [own];
    // Environments with braces are generated from factors.
    for (const name of names) if (/^[\w.-]+$/.test(name) && !found.has(name)) found.set(name, at);
  }
  return [...found].map(([name, at]) => ({ name, line: '', at, argv: ['tox', '-e', name] }));
}
