/** Parses a definition file and reports all problems with their location. */
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { JobdeckError } from '../errors.ts';
import { definitionHint, definitionMismatch, definitionSentence } from '../messages/definitionMismatches.ts';
import { hintMessage, problemMessage } from '../messages/nested.ts';
import type { Message } from '../messages/schema.ts';
import { invalidValue } from '../messages/validation.ts';
import { isNestedTooDeep, maxNesting } from '../nesting.ts';
import { check } from './checks.ts';
import { type Mismatch, mismatches, type Path } from './mismatches.ts';
import { Definitions, type JobDefinition } from './schema.ts';
import type { DefinitionProblem } from './wire.ts';

/** What a file defines. A problem of a job or queue concerns only itself; the others can be used. */
export interface Parsed {
  /** All jobs, also those with problems. */
  readonly names: string[];
  /** The jobs and queues without problems. Null if the file can't be read at all, such as after a missing brace. */
  readonly definitions: Definitions | null;
  /** Sorted by position. Not empty without definitions. */
  readonly problems: DefinitionProblem[];
  readonly broken: Broken;
}

/** The jobs and queues with problems, each with its first one. */
export type Broken = Record<'jobs' | 'queues', ReadonlyMap<string, DefinitionProblem>>;

const nothingBroken: Broken = { jobs: new Map(), queues: new Map() };

export interface ParseOptions {
  /** Whether the file belongs to a workspace, so that `${workspaceFolder}` is available. */
  workspace: boolean;
}

/** Maximum number of characters of a file. */
const maxLength = 1_000_000;

/** Parses the text of a file. */
export function parseDefinitions(text: string, { workspace }: ParseOptions): Parsed {
  if (text.length > maxLength) {
    const problem = fileProblem(definitionSentence('definition.tooLong', { limit: maxLength }));
    return unreadable([problem]);
  }
  if (isNestedTooDeep(text)) {
    const problem = fileProblem(definitionSentence('definition.tooDeep', { limit: maxNesting }));
    return unreadable([problem]);
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const names = keysOf(root && findNodeAtLocation(root, ['jobs']));
  if (root === undefined || errors.length > 0) return unreadable(syntaxProblems(text, errors), names);
  return { ...partsOf(text, root, workspace), names };
}

function unreadable(problems: DefinitionProblem[], names: string[] = []): Parsed {
  return { definitions: null, problems, names, broken: nothingBroken };
}

/** A problem at a place in the text. */
export function problemAt(text: string, path: Path, message: Message): DefinitionProblem {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const offset = root === undefined ? 0 : nodeAt(root, path).offset;
  return { path: placeName(path), ...positionOf(text, offset), ...message };
}

/** The message of an error, with its hint if there is one. */
export function messageWithHint(error: JobdeckError): Message {
  const problem = problemMessage(error);
  const hint = hintMessage(error);
  return hint === null ? problem : definitionSentence('definition.withHint', { problem, hint });
}

/** A problem of a file as a whole. */
export function fileProblem(message: Message): DefinitionProblem {
  return { path: '', line: 1, column: 1, ...message };
}

/** The job with this name, or null. */
export function jobNamed({ jobs = {} }: Definitions, name: string): JobDefinition | null {
  return Object.hasOwn(jobs, name) ? (jobs[name] ?? null) : null;
}

/** Formats a problem as `3:5: …`, like a compiler. */
export function problemLine({ line, column, message }: DefinitionProblem): string {
  return `${line}:${column}: ${message}`;
}

/** The same as a message. */
export function problemLineMessage({ line, column, code, params, message }: DefinitionProblem): Message {
  return definitionSentence('definition.position', { line, column, problem: { code, params, message } });
}

/** The jobs and queues without problems, and the problems of the others. */
function partsOf(text: string, root: Node, workspace: boolean): Omit<Parsed, 'names'> {
  const value: unknown = getNodeValue(root);
  const found = [...repeated(root), ...mismatches(Definitions, value)];
  if (found.some(({ path }) => path.length === 0)) {
    return unreadable(found.map((mismatch) => toProblem(text, root, mismatch)));
  }
  const fitting = without(value as Definitions, found);
  const unusable = check(fitting, workspace);
  const all = [...found, ...unusable].map((mismatch) => ({ mismatch, problem: toProblem(text, root, mismatch) }));
  all.sort((a, b) => byPlace(a.problem, b.problem));
  const broken = { jobs: new Map<string, DefinitionProblem>(), queues: new Map<string, DefinitionProblem>() };
  for (const { mismatch, problem } of all) {
    const { section, name } = entryOf(mismatch);
    if (section !== null && name !== null && !broken[section].has(name)) broken[section].set(name, problem);
  }
  return { definitions: without(fitting, unusable), problems: all.map(({ problem }) => problem), broken };
}

/** The jobs and queues that these mismatches don't concern. */
function without(definitions: Definitions, found: readonly Mismatch[]): Definitions {
  const places = found.map(entryOf);
  const kept = <T>(section: 'jobs' | 'queues', entries: Record<string, T>): Record<string, T> => {
    const own = places.filter((place) => place.section === section);
    if (own.some(({ name }) => name === null)) return {};
    const names = new Set(own.map(({ name }) => name));
    return Object.fromEntries(Object.entries(entries).filter(([name]) => !names.has(name)));
  };
  return {
    ...(definitions.jobs === undefined ? {} : { jobs: kept('jobs', definitions.jobs) }),
    ...(definitions.queues === undefined ? {} : { queues: kept('queues', definitions.queues) }),
  };
}

/** The job or queue of a mismatch. Without a name, it concerns all of them. */
function entryOf({ path: [section, name] }: Mismatch): { section: 'jobs' | 'queues' | null; name: string | null } {
  return {
    section: section === 'jobs' || section === 'queues' ? section : null,
    name: name === undefined ? null : String(name),
  };
}

function byPlace(a: DefinitionProblem, b: DefinitionProblem): number {
  return a.line - b.line || a.column - b.column;
}

function toProblem(
  text: string,
  root: Node | undefined,
  { path, predicate, hint, onKey, offset }: Mismatch,
): DefinitionProblem {
  const node = root && nodeAt(root, path);
  // The parent of a value is the property, whose first child is the key.
  const place = onKey === true ? (node?.parent?.children?.[0] ?? node) : node;
  const problem =
    path.length === 0
      ? invalidValue('invalid.file', { mismatch: predicate })
      : invalidValue('invalid.field', { field: placeName(path), mismatch: predicate });
  return {
    path: placeName(path),
    ...positionOf(text, offset ?? place?.offset ?? 0),
    ...(hint === undefined ? problem : definitionSentence('definition.withHint', { problem, hint })),
  };
}

/** The node at a path, or the closest existing one around it. */
function nodeAt(root: Node, path: Path): Node {
  return findNodeAtLocation(root, [...path]) ?? (path.length === 0 ? root : nodeAt(root, path.slice(0, -1)));
}

/** `jobs.build.command[0]`. */
export function placeName(path: Path): string {
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
    '',
  );
}

/** One-based line and column. */
function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function keysOf(node: Node | undefined): string[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).map(({ children }) => String(children?.[0]?.value ?? ''));
}

/** Duplicate keys, of which only the last would count, and `__proto__`, which is not allowed. */
function repeated(node: Node, path: Path = []): Mismatch[] {
  if (node.type === 'array') return (node.children ?? []).flatMap((item, index) => repeated(item, [...path, index]));
  if (node.type !== 'object') return [];
  const keys = keysOf(node);
  return (node.children ?? []).flatMap(({ children }, index) => {
    const [name, value] = children ?? [];
    const key = keys[index] ?? '';
    const at = [...path, key];
    if (key === '__proto__') {
      return [{ path: at, onKey: true, predicate: definitionMismatch('definition.reservedName') }];
    }
    if (keys.indexOf(key) < index) {
      const predicate = definitionMismatch('definition.duplicate');
      return [{ path: at, offset: name?.offset, predicate, hint: definitionHint('definition.removeOne') }];
    }
    return value === undefined ? [] : repeated(value, at);
  });
}

function syntaxProblems(text: string, errors: readonly ParseError[]): DefinitionProblem[] {
  if (text.trim() === '') return [fileProblem(definitionSentence('definition.emptyFile'))];
  // Later errors usually follow from the first one.
  const [first] = errors;
  const code = `definition.syntax.${first === undefined ? '' : printParseErrorCode(first.error)}`;
  const message = definitionSentence(isSentence(code) ? code : 'definition.syntax');
  return [{ path: '', ...positionOf(text, first?.offset ?? 0), ...message }];
}

/** Whether there is a message for this error of jsonc-parser. */
function isSentence(
  code: string,
): code is Extract<keyof typeof definitionSentence.table, `definition.syntax.${string}`> {
  return Object.hasOwn(definitionSentence.table, code);
}
