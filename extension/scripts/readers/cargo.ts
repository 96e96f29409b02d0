/** What Cargo does with a package or workspace. */
import type { ProjectScript, ScriptReader, Siblings } from '../projectScript.ts';
import { tomlEntries } from './toml.ts';

export const cargo: ScriptReader = { files: ['Cargo.toml'], read: readCargo };

function readCargo(text: string, { src }: Siblings): ProjectScript[] {
  const tables = tomlEntries(text).filter(({ key }) => key === '');
  const own =
    tables.find(({ table }) => table[0] === 'package') ?? tables.find(({ table }) => table[0] === 'workspace');
  if (own === undefined) return [];
  const runs =
    own.table[0] === 'package' && (src.includes('main.rs') || tables.some(({ table }) => table[0] === 'bin'));
  return ['build', 'check', 'test', ...(runs ? ['run'] : [])].map((name) => ({
    name: `cargo ${name}`,
    line: '',
    at: own.at,
    argv: ['cargo', name],
  }));
}
