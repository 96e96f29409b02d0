/** What Go does with a module. */
import type { ProjectScript, ScriptReader, Siblings } from '../projectScript.ts';

export const goModule: ScriptReader = { files: ['go.mod'], read: readGoModule };

function readGoModule(text: string, { names }: Siblings): ProjectScript[] {
  const at = text.split(/\r?\n/).findIndex((line) => /^module\s+\S/.test(line));
  if (at < 0) return [];
  const commands = [
    ['build', './...'],
    ['test', './...'],
    ['vet', './...'],
    ...(names.includes('main.go') ? [['run', '.']] : []),
  ];
  return commands.map((rest) => ({ name: `go ${rest.join(' ')}`, line: '', at, argv: ['go', ...rest] }));
}
