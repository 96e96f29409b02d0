/**
 * Reads and writes definition files. This is a separate bundle, `dist/definitions.cjs`, loaded by `loadTools`, because
 * parser and schema are large and most windows never need them. Errors are returned as data, because the bundle has its
 * own copies of classes.
 */
import { createHash } from 'node:crypto';
import {
  findNodeAtLocation,
  findNodeAtOffset,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';
import { canonical, contentOf } from '../../shared/definitions/content.ts';
import { mismatches, type Path } from '../../shared/definitions/mismatches.ts';
import { jobNamed, parseDefinitions, placeName } from '../../shared/definitions/parse.ts';
import { Definitions, type JobDefinition } from '../../shared/definitions/schema.ts';
import { needsRange, type Surroundings, toJobTemplate } from '../../shared/definitions/toRequest.ts';
import type { DefinitionProblem } from '../../shared/definitions/wire.ts';
import { type ErrorBody, JobdeckError } from '../../shared/errors.ts';
import { definitionSentence } from '../../shared/messages/definitionMismatches.ts';
import type { Message } from '../../shared/messages/schema.ts';
import type { JobTemplate } from '../../shared/schedule.ts';
import { namedJobs } from './addJob.ts';

export { cmdLine, posixLine } from '../../shared/definitions/shellLine.ts';
export { addJob, refuseName } from './addJob.ts';
export { changeSchedule } from './changeSchedule.ts';
export { changeValues, parseCommented } from './configEdit.ts';

/** A problem in a file. Lines and columns start at 0. */
export interface ReadProblem {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: Message;
  /** The editor's schema validation doesn’t find it. */
  readonly beyondSchema: boolean;
  /** The file works, but probably not as intended. */
  readonly warning: boolean;
}

/** A job in a file. */
export interface ReadJob {
  readonly name: string;
  /** Its line, starting at 0. */
  readonly line: number;
  /** Null if it has a problem. */
  readonly definition: JobDefinition | null;
  /** Why it can't be used: its first problem, or that of the file. */
  readonly problem: ReadProblem | null;
  /** Its icon, if it exists. */
  readonly icon: string | null;
  /** It can only be backfilled. */
  readonly needsRange: boolean;
}

export interface Reading {
  readonly jobs: readonly ReadJob[];
  readonly problems: readonly ReadProblem[];
  /** Number of queues and schedules without problems. */
  readonly queues: number;
  readonly schedules: number;
  /** Identifies what the file can cause, to activate exactly this. Null if it has an error. */
  readonly digest: string | null;
}

export interface ReadOptions {
  /** Whether the file belongs to a workspace. */
  readonly workspace: boolean;
  /** Names of existing icons, or null if not known. */
  readonly icons: ReadonlySet<string> | null;
}

/** Parses the text of a file. */
export function read(text: string, { workspace, icons }: ReadOptions): Reading {
  const { definitions, problems, broken } = parseDefinitions(text, { workspace });
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const isReadable = root !== undefined && errors.length === 0;
  const ofSchema = new Set(
    isReadable ? mismatches(Definitions, getNodeValue(root)).map(({ path }) => placeName(path)) : [],
  );
  const lines = lineStarts(text);
  const toRead = ({ path, line, column, code, params, message: english }: DefinitionProblem): ReadProblem => {
    const start = (lines[line - 1] ?? 0) + column - 1;
    const message = { code, params, message: english };
    const beyondSchema = isReadable && !ofSchema.has(path);
    return { ...rangeAt(root, lines, start), message, beyondSchema, warning: false };
  };
  const wrong = problems.map(toRead);
  const jobs = Object.entries(definitions?.jobs ?? {});
  const isIcon = (icon: string | undefined) => icon === undefined || icons === null || icons.has(icon);
  const unknown = jobs.flatMap(([name, { icon }]) => {
    if (isIcon(icon)) return [];
    const start = startOf(root, ['jobs', name, 'icon']);
    const message = definitionSentence('definition.unknownIcon', { icon: icon ?? '' });
    return [{ ...rangeAt(root, lines, start), message, beyondSchema: true, warning: true }];
  });
  return {
    jobs: namedJobs(root).map(({ name, offset }) => {
      const definition = definitions === null ? null : jobNamed(definitions, name);
      const problem = broken.jobs.get(name);
      return {
        name,
        problem: problem === undefined ? (definition === null ? (wrong[0] ?? null) : null) : toRead(problem),
        line: placeOf(lines, offset).line,
        definition,
        icon: isIcon(definition?.icon) ? (definition?.icon ?? null) : null,
        needsRange: definition !== null && needsRange(definition),
      };
    }),
    problems: [...wrong, ...unknown],
    queues: Object.keys(definitions?.queues ?? {}).length,
    schedules: jobs.filter(([, { schedule }]) => schedule !== undefined).length,
    digest:
      definitions &&
      createHash('sha256')
        .update(canonical(contentOf(definitions)))
        .digest('hex'),
  };
}

/** The request for the daemon, or an error. */
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

function startOf(root: Node | undefined, path: Path): number {
  return (root && findNodeAtLocation(root, [...path]))?.offset ?? 0;
}

/** The range of a JSON value. For an object or array, only its first character. */
function rangeAt(root: Node | undefined, lines: readonly number[], start: number) {
  const { line, column } = placeOf(lines, start);
  const node = root && findNodeAtOffset(root, start);
  const length = node === undefined || node.offset !== start || node.children !== undefined ? 1 : node.length;
  return { line, column, endColumn: column + length };
}

/** Offsets of the line starts, with the same line ends as `parseDefinitions`. */
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
