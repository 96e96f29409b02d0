/** Writing one more job into the text of a file of definitions. */
import { applyEdits, findNodeAtLocation, modify, type Node, type ParseError, parseTree } from 'jsonc-parser';
import { parseDefinitions } from '../../shared/definitions/parse.ts';
import { type JobDefinition, namePattern } from '../../shared/definitions/schema.ts';

/** What a new file begins with. */
const beginning = `// Jobs of this folder, run by their name: in the editor above each of them, or with \`jobdeck run NAME\`.
// Suggestions and explanations: Ctrl+Space, or point at a word.
{
  "jobs": {}
}
`;

/** What is wrong with a name for a new job, or null. */
export function refuseName(text: string | null, name: string): 'form' | 'taken' | null {
  if (!new RegExp(namePattern).test(name) || name === '__proto__') return 'form';
  const taken =
    text !== null && namedJobs(parseTree(text, [], { allowTrailingComma: true })).some((one) => one.name === name);
  return taken ? 'taken' : null;
}

/**
 * A file with one more job, its comments and layout as they are; `text` null: there is none yet. `offset`: where the
 * new entry is. `problem`: the file can’t take it, as it is no JSON, or its jobs are none.
 */
export function addJob(
  text: string | null,
  name: string,
  job: JobDefinition,
): { text: string; offset: number } | { problem: string } {
  const before = text === null || text.trim() === '' ? beginning : text;
  const errors: ParseError[] = [];
  const root = parseTree(before, errors, { allowTrailingComma: true });
  const jobs = root && findNodeAtLocation(root, ['jobs']);
  if (errors.length > 0 || root?.type !== 'object' || (jobs !== undefined && jobs.type !== 'object')) {
    const [problem] = parseDefinitions(before, { workspace: true }).problems;
    return { problem: problem === undefined ? '' : `${problem.line}:${problem.column}: ${problem.message}` };
  }
  const [, indent = '  '] = /\n([ \t]+)\S/.exec(before) ?? [];
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const formattingOptions = { insertSpaces: !indent.includes('\t'), tabSize: indent.length, eol };
  const after =
    (jobs && addBelow(before, jobs, { name, job, indent, eol })) ??
    applyEdits(before, modify(before, ['jobs', name], job, { formattingOptions }));
  const entry = parseTree(after, [], { allowTrailingComma: true });
  return { text: after, offset: namedJobs(entry).find((one) => one.name === name)?.offset ?? 0 };
}

/** The rest of a line after a property: its comma, and a comment that ends there. */
const lineEnd = /^([ \t]*,?)([ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/)?[ \t]*)\r?\n/;
const comments = /\/\/[^\r\n]*|\/\*.*?\*\//gs;

/**
 * One more property on lines of its own below the last one, which keeps its layout and the comment beside it;
 * jsonc-parser would do neither. Null where the properties are not on lines of their own.
 */
function addBelow(
  text: string,
  jobs: Node,
  { name, job, indent, eol }: { name: string; job: JobDefinition; indent: string; eol: string },
): string | null {
  const last = jobs.children?.at(-1);
  if (last === undefined) return null;
  const end = last.offset + last.length;
  const rest = text.slice(end, jobs.offset + jobs.length - 1);
  const [, comma, beside] = lineEnd.exec(rest) ?? [];
  const [, base] = /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, last.offset)) ?? [];
  if (comma === undefined || beside === undefined || base === undefined) return null;
  const hasComma = rest.replace(comments, '').includes(',');
  if (hasComma && !comma.includes(',')) return null;
  const lines = `${JSON.stringify(name)}: ${JSON.stringify(job, null, indent)}`.split('\n');
  const entry = lines.map((line) => base + line).join(eol) + (hasComma ? ',' : '');
  const below = end + comma.length + beside.length;
  return [text.slice(0, end), hasComma ? '' : ',', text.slice(end, below), eol, entry, text.slice(below)].join('');
}

/** Names of the jobs and where they stand, also in a file that is only half right. */
export function namedJobs(root: Node | undefined): { name: string; offset: number }[] {
  const jobs = root && findNodeAtLocation(root, ['jobs']);
  if (jobs?.type !== 'object') return [];
  return (jobs.children ?? []).flatMap(({ children }) => {
    const [key] = children ?? [];
    return key === undefined ? [] : [{ name: String(key.value), offset: key.offset }];
  });
}
