/** Adds a job to the text of a definition file. */
import { applyEdits, findNodeAtLocation, modify, type Node, type ParseError, parseTree } from 'jsonc-parser';
import { parseDefinitions, problemLineMessage } from '../../shared/definitions/parse.ts';
import { type JobDefinition, namePattern } from '../../shared/definitions/schema.ts';
import type { Message } from '../../shared/messages/schema.ts';

/** The content of a new file. */
const newFile = `// Jobs of this folder. Run a job with the link above it, or with \`jobdeck run NAME\`.
// Press Ctrl+Space for suggestions, or hover over a property for help.
{
  "jobs": {}
}
`;

/** Why a name can't be used for a new job, or null. */
export function refuseName(text: string | null, name: string): 'form' | 'taken' | null {
  if (!new RegExp(namePattern).test(name) || name === '__proto__') return 'form';
  const taken =
    text !== null && namedJobs(parseTree(text, [], { allowTrailingComma: true })).some((one) => one.name === name);
  return taken ? 'taken' : null;
}

/**
 * Adds a job and keeps comments and layout. `text` is null if there is no file yet. Returns the offset of the new entry,
 * or a `problem` if the file is not valid JSON or `jobs` is not an object.
 */
export function addJob(
  text: string | null,
  name: string,
  job: JobDefinition,
): { text: string; offset: number } | { problem: Message } {
  const before = text === null || text.trim() === '' ? newFile : text;
  const errors: ParseError[] = [];
  const root = parseTree(before, errors, { allowTrailingComma: true });
  const jobs = root && findNodeAtLocation(root, ['jobs']);
  if (errors.length > 0 || root?.type !== 'object' || (jobs !== undefined && jobs.type !== 'object')) {
    const [problem] = parseDefinitions(before, { workspace: true }).problems;
    if (problem === undefined) throw new Error('The file has no problems, but is not an object of jobs.');
    return { problem: problemLineMessage(problem) };
  }
  const formattingOptions = formattingOf(before);
  const { indent, eol } = formattingOptions;
  const after =
    (jobs && addBelow(before, jobs, { name, job, indent, eol })) ??
    applyEdits(before, modify(before, ['jobs', name], job, { formattingOptions }));
  const entry = parseTree(after, [], { allowTrailingComma: true });
  return { text: after, offset: namedJobs(entry).find((one) => one.name === name)?.offset ?? 0 };
}

/** How the text is indented, and its line ends. */
export function formattingOf(text: string) {
  const [, indent = '  '] = /\n([ \t]+)\S/.exec(text) ?? [];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return { insertSpaces: !indent.includes('\t'), tabSize: indent.length, indent, eol };
}

/** The rest of a line after a property: its comma, and a comment. */
const lineEnd = /^([ \t]*,?)([ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/)?[ \t]*)\r?\n/;
const comments = /\/\/[^\r\n]*|\/\*.*?\*\//gs;

/**
 * Adds a property on new lines below the last one, and keeps the layout and comment of that line, which jsonc-parser
 * would change. Null if the properties are not on separate lines.
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
  const [, comma, trailing] = lineEnd.exec(rest) ?? [];
  const [, base] = /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, last.offset)) ?? [];
  if (comma === undefined || trailing === undefined || base === undefined) return null;
  const hasComma = rest.replace(comments, '').includes(',');
  if (hasComma && !comma.includes(',')) return null;
  const lines = `${JSON.stringify(name)}: ${JSON.stringify(job, null, indent)}`.split('\n');
  const entry = lines.map((line) => base + line).join(eol) + (hasComma ? ',' : '');
  const below = end + comma.length + trailing.length;
  return [text.slice(0, end), hasComma ? '' : ',', text.slice(end, below), eol, entry, text.slice(below)].join('');
}

/** Names and offsets of the jobs, even if the file has errors. */
export function namedJobs(root: Node | undefined): { name: string; offset: number }[] {
  const jobs = root && findNodeAtLocation(root, ['jobs']);
  if (jobs?.type !== 'object') return [];
  return (jobs.children ?? []).flatMap(({ children }) => {
    const [key] = children ?? [];
    return key === undefined ? [] : [{ name: String(key.value), offset: key.offset }];
  });
}
