/**
 * Reading and writing files of definitions: a bundle of its own, `dist/definitions.cjs`, since parser and schema are
 * larger than all else here and most windows never need them. Loaded by `loadTools`; its errors are plain data, for it
 * has classes of its own.
 */
import {
  findNodeAtLocation,
  findNodeAtOffset,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';
import { misfits, type Path } from '../../shared/definitions/misfits.ts';
import { jobNamed, parseDefinitions } from '../../shared/definitions/parse.ts';
import { Definitions, type JobDefinition } from '../../shared/definitions/schema.ts';
import { needsRange, type Surroundings, toJobTemplate } from '../../shared/definitions/toRequest.ts';
import { type ErrorBody, JobdeckError } from '../../shared/errors.ts';
import type { JobTemplate } from '../../shared/schedule.ts';
import { namedJobs } from './addJob.ts';

export { addJob, refuseName } from './addJob.ts';

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
