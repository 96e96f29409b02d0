/**
 * Reading and writing files of definitions: a bundle of its own, `dist/definitions.cjs`, since parser and schema are
 * larger than all else here and most windows never need them. Loaded by `loadTools`; its errors are plain data, for it
 * has classes of its own.
 */
import {
  applyEdits,
  findNodeAtLocation,
  findNodeAtOffset,
  getNodeValue,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';
import { misfits, type Path } from '../../shared/definitions/misfits.ts';
import { jobNamed, parseDefinitions } from '../../shared/definitions/parse.ts';
import { Definitions, type JobDefinition, namePattern } from '../../shared/definitions/schema.ts';
import { needsRange, type Surroundings, toJobTemplate } from '../../shared/definitions/toRequest.ts';
import { type ErrorBody, JobdeckError } from '../../shared/errors.ts';
import type { JobTemplate } from '../../shared/schedule.ts';

/** Something wrong in a file. Lines and columns from 0. */
export interface ReadProblem {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: string;
  /** The editor's own check by the schema doesn’t find it. */
  readonly beyondSchema: boolean;
  /** It works, but not as somebody meant. */
  readonly warning: boolean;
}

/** A job that a file names. */
export interface ReadJob {
  readonly name: string;
  /** Its line, from 0. */
  readonly line: number;
  /** Null in a file that has a mistake somewhere. */
  readonly definition: JobDefinition | null;
  /** Its icon, if there is one of that name. */
  readonly icon: string | null;
  /** Only for backfills: it can’t be run just so. */
  readonly needsRange: boolean;
}

export interface Reading {
  readonly jobs: readonly ReadJob[];
  readonly problems: readonly ReadProblem[];
  /** How many there are; 0 in a file with a mistake. */
  readonly queues: number;
  readonly schedules: number;
}

export interface ReadOptions {
  /** Whether the file is of a workspace. */
  readonly workspace: boolean;
  /** Names of icons that there are; null: not known. */
  readonly icons: ReadonlySet<string> | null;
}

/** Everything about the text of a file. */
export function read(text: string, { workspace, icons }: ReadOptions): Reading {
  const { definitions, problems } = parseDefinitions(text, { workspace });
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const fits = root !== undefined && errors.length === 0 && misfits(Definitions, getNodeValue(root)).length === 0;
  const lines = lineStarts(text);
  const wrong = problems.map(({ line, column, message }) => {
    const start = (lines[line - 1] ?? 0) + column - 1;
    return { ...rangeAt(root, lines, start), message, beyondSchema: fits, warning: false };
  });
  const jobs = Object.entries(definitions?.jobs ?? {});
  const isIcon = (icon: string | undefined) => icon === undefined || icons === null || icons.has(icon);
  const unknown = jobs.flatMap(([name, { icon }]) => {
    if (isIcon(icon)) return [];
    const start = startOf(root, ['jobs', name, 'icon']);
    const message = `There is no icon “${icon}”. Its jobs look as those without one; see the list of codicons.`;
    return [{ ...rangeAt(root, lines, start), message, beyondSchema: true, warning: true }];
  });
  return {
    jobs: namedJobs(root).map(({ name, offset }) => {
      const definition = definitions === null ? null : jobNamed(definitions, name);
      return {
        name,
        line: placeOf(lines, offset).line,
        definition,
        icon: isIcon(definition?.icon) ? (definition?.icon ?? null) : null,
        needsRange: definition !== null && needsRange(definition),
      };
    }),
    problems: [...wrong, ...unknown],
    queues: Object.keys(definitions?.queues ?? {}).length,
    schedules: jobs.filter(([, { schedule }]) => schedule !== undefined).length,
  };
}

/** What the daemon is asked for, or why it can’t be. */
export function request(
  name: string,
  definition: JobDefinition,
  around: Surroundings,
): { template: JobTemplate } | { error: ErrorBody } {
  try {
    return { template: toJobTemplate(name, definition, around) };
  } catch (error) {
    if (error instanceof JobdeckError) return { error: error.toBody() };
    throw error;
  }
}

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
function namedJobs(root: Node | undefined): { name: string; offset: number }[] {
  const jobs = root && findNodeAtLocation(root, ['jobs']);
  if (jobs?.type !== 'object') return [];
  return (jobs.children ?? []).flatMap(({ children }) => {
    const [key] = children ?? [];
    return key === undefined ? [] : [{ name: String(key.value), offset: key.offset }];
  });
}

function startOf(root: Node | undefined, path: Path): number {
  return (root && findNodeAtLocation(root, [...path]))?.offset ?? 0;
}

/** The word of JSON at a place, to the end of its line at most; of something that holds others only its beginning. */
function rangeAt(root: Node | undefined, lines: readonly number[], start: number) {
  const { line, column } = placeOf(lines, start);
  const node = root && findNodeAtOffset(root, start);
  const length = node === undefined || node.offset !== start || node.children !== undefined ? 1 : node.length;
  return { line, column, endColumn: column + length };
}

/** Offsets of the lines, ended as `parseDefinitions` has it. */
function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: end }) => index + end.length)];
}

function placeOf(lines: readonly number[], offset: number): { line: number; column: number } {
  const line = Math.max(
    0,
    lines.findLastIndex((start) => start <= offset),
  );
  return { line, column: offset - (lines[line] ?? 0) };
}
