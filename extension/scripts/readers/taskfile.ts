/** Tasks of a Taskfile (https://taskfile.dev). Its YAML is read by line, which the usual style of these files allows. */
import type { ProjectScript, ScriptReader } from '../projectScript.ts';

export const taskfile: ScriptReader = {
  files: [
    'Taskfile.yml',
    'taskfile.yml',
    'Taskfile.yaml',
    'taskfile.yaml',
    'Taskfile.dist.yml',
    'taskfile.dist.yml',
    'Taskfile.dist.yaml',
    'taskfile.dist.yaml',
  ],
  read: readTaskfile,
};

/** `key: value` with its indentation. */
const entry = /^(\s*)("[^"]+"|'[^']+'|[^\s#'"-][^#'"]*?):(?:\s+(.*))?$/;

function readTaskfile(text: string): ProjectScript[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^tasks:\s*(#.*)?$/.test(line));
  if (start < 0) return [];
  const found: ProjectScript[] = [];
  let depth: number | null = null;
  for (let at = start + 1; at < lines.length && !/^[^\s#]/.test(lines[at] ?? ''); at += 1) {
    const [, space = '', key = '', value = ''] = entry.exec(lines[at] ?? '') ?? [];
    if (key === '') continue;
    depth ??= space.length;
    if (space.length !== depth) continue;
    const name = unquoted(key);
    const body = bodyOf(lines, at, depth);
    if (name.includes('*') || /^\s+internal:\s*true\b/m.test(body)) continue;
    const line = /^\s+desc:\s*(.+)$/m.exec(body)?.[1] ?? (value === '' ? commandIn(body) : value);
    found.push({ name, line: unquoted(line.trim()), at, argv: ['task', name] });
  }
  return found;
}

/** The lines that are indented more than a key. */
function bodyOf(lines: readonly string[], at: number, depth: number): string {
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && line.search(/\S/) <= depth);
  return (end < 0 ? rest : rest.slice(0, end)).join('\n');
}

/** The first command, if it is on one line. */
function commandIn(body: string): string {
  return /^\s+(?:cmd:|-(?:\s+cmd:)?)\s+([^\s|>{].*)$/m.exec(body)?.[1] ?? '';
}

function unquoted(text: string): string {
  return (
    /^"(.*)"$|^'(.*)'$/
      .exec(text)
      ?.slice(1)
      .find((part) => part !== undefined) ?? text
  );
}
