/** Tasks in a pyproject.toml: of Poe the Poet, PDM, Hatch and tox, and the commands of the project itself. */
import type { ProjectScript, ScriptReader, Siblings } from '../projectScript.ts';
import { stringOf, stringsIn, type TomlEntry, tomlEntries } from './toml.ts';

export const pyproject: ScriptReader = { files: ['pyproject.toml'], read: readPyproject };

/** What runs the commands of a project, by the lock file of its manager. */
const runners: Readonly<Record<string, string>> = { 'uv.lock': 'uv', 'poetry.lock': 'poetry', 'pdm.lock': 'pdm' };

function readPyproject(text: string, { names }: Siblings): ProjectScript[] {
  const runner = names.map((name) => runners[name]).find((found) => found !== undefined);
  const found = new Map<string, ProjectScript>();
  for (const entry of tomlEntries(text)) {
    for (const script of scriptsOf(entry, runner)) if (!found.has(script.name)) found.set(script.name, script);
  }
  return [...found.values()];
}

function scriptsOf(entry: TomlEntry, runner: string | undefined): ProjectScript[] {
  const { at, key, value } = entry;
  const [area, tool, ...rest] = entry.table;
  const [name, line] = named(rest, key, value);
  const one = (argv: string[]) => [{ name: argv.join(' '), line, at, argv }];
  if (area === 'project' && tool === 'scripts' && key !== '') {
    return runner === undefined
      ? []
      : [{ name: `${runner} run ${key}`, line: stringsIn(value)[0] ?? '', at, argv: [runner, 'run', key] }];
  }
  if (area !== 'tool') return [];
  if (tool === 'poe' && rest[0] === 'tasks' && name !== null) return one(['poe', name]);
  if (tool === 'pdm' && rest[0] === 'scripts' && name !== null) return one(['pdm', 'run', name]);
  if (tool === 'hatch' && rest[0] === 'envs' && rest[2] === 'scripts' && rest.length === 3 && key !== '')
    return hatchScript(rest[1] ?? '', entry);
  if (tool === 'tox' && rest.length === 0 && (key === 'env_list' || key === 'envlist'))
    return environments(value).map((env) => ({ name: `tox -e ${env}`, line: '', at, argv: ['tox', '-e', env] }));
  return [];
}

/** The name and command of an entry in a table of tasks; null for a hidden one, or if it is none. */
function named(rest: readonly string[], key: string, value: string): [name: string | null, line: string] {
  // A task may have a table of its own.
  const name = rest.length === 1 ? key : rest.length === 2 && key === '' ? rest[1] : '';
  if (name === undefined || name === '' || name.startsWith('_')) return [null, ''];
  const line =
    stringOf(value, 'help') ?? stringOf(value, 'cmd') ?? stringOf(value, 'shell') ?? stringsIn(value)[0] ?? '';
  return [name, line];
}

function hatchScript(env: string, { key, value, at }: TomlEntry): ProjectScript[] {
  const name = env === 'default' ? key : `${env}:${key}`;
  return [{ name: `hatch run ${name}`, line: stringsIn(value)[0] ?? '', at, argv: ['hatch', 'run', name] }];
}

/** Environments without those that tox generates from factors in braces. */
function environments(value: string): string[] {
  const lists = value.startsWith('[') ? stringsIn(value) : stringsIn(value).flatMap((text) => text.split(/[\s,]+/));
  return lists.filter((env) => /^[\w.-]+$/.test(env));
}
