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

/** The definitions of a file, or its problems. `names` lists its jobs even if the file is invalid. */
export type Parsed = { names: string[] } & (
  | { definitions: Definitions; problems: [] }
  | { definitions: null; problems: [DefinitionProblem, ...DefinitionProblem[]] }
);

export interface ParseOptions {
  /** Whether the file belongs to a workspace, so that `${workspaceFolder}` is available. */
  workspace: boolean;
}

/** Maximum number of characters of a file. */
const maxLength = 1_000_000;

/** Parses the text of a file. Problems are sorted by position. */
export function parseDefinitions(text: string, { workspace }: ParseOptions): Parsed {
  if (text.length > maxLength) {
    const problem = fileProblem(definitionSentence('definition.tooLong', { limit: maxLength }));
    return { definitions: null, problems: [problem], names: [] };
  }
  if (isNestedTooDeep(text)) {
    const problem = fileProblem(definitionSentence('definition.tooDeep', { limit: maxNesting }));
    return { definitions: null, problems: [problem], names: [] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const names = keysOf(root && findNodeAtLocation(root, ['jobs']));
  const [problem, ...more] =
    root === undefined || errors.length > 0 ? syntaxProblems(text, errors) : problemsIn(text, root, workspace);
  if (problem !== undefined) return { definitions: null, problems: [problem, ...more], names };
  return { definitions: getNodeValue(root as Node) as Definitions, problems: [], names };
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

function problemsIn(text: string, root: Node, workspace: boolean): DefinitionProblem[] {
  const doubles = repeated(root);
  const found = doubles.length > 0 ? doubles : mismatches(Definitions, getNodeValue(root));
  const all = found.length > 0 ? found : check(getNodeValue(root) as Definitions, workspace);
  return all.map((mismatch) => toProblem(text, root, mismatch)).sort((a, b) => a.line - b.line || a.column - b.column);
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
function placeName(path: Path): string {
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
