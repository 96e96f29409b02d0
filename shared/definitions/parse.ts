/** Reads a file of definitions, and says of everything that is wrong where it is and what was expected. */
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { check } from './checks.ts';
import { type Misfit, misfits, type Path } from './misfits.ts';
import { Definitions, type JobDefinition } from './schema.ts';
import type { DefinitionProblem } from './wire.ts';

/** What a file has: its definitions, or what is wrong. `names` are the jobs it names, also when it is wrong. */
export type Parsed = { names: string[] } & (
  | { definitions: Definitions; problems: [] }
  | { definitions: null; problems: [DefinitionProblem, ...DefinitionProblem[]] }
);

export interface ParseOptions {
  /** Whether the file is of a workspace, so that `${workspaceFolder}` is something. */
  workspace: boolean;
}

/** Characters a file may have. */
const longest = 1_000_000;

/** The definitions in the text of a file, or its problems in the order of their places. */
export function parseDefinitions(text: string, { workspace }: ParseOptions): Parsed {
  if (text.length > longest) {
    const problem = { path: '', line: 1, column: 1, message: 'The file must have at most 1,000,000 characters.' };
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

/** A problem with a place in a file that was read without one. */
export function problemAt(text: string, misfit: Misfit): DefinitionProblem {
  return toProblem(text, parseTree(text, [], { allowTrailingComma: true }), misfit);
}

/** The job of that name; null when the definitions have none. */
export function jobNamed({ jobs = {} }: Definitions, name: string): JobDefinition | null {
  return Object.hasOwn(jobs, name) ? (jobs[name] ?? null) : null;
}

/** `3:5: …`, as compilers have it. */
export function problemLine({ line, column, message }: DefinitionProblem): string {
  return `${line}:${column}: ${message}`;
}

function problemsIn(text: string, root: Node, workspace: boolean): DefinitionProblem[] {
  const doubles = repeated(root);
  const found = doubles.length > 0 ? doubles : misfits(Definitions, getNodeValue(root));
  const all = found.length > 0 ? found : check(getNodeValue(root) as Definitions, workspace);
  return all.map((misfit) => toProblem(text, root, misfit)).sort((a, b) => a.line - b.line || a.column - b.column);
}

function toProblem(
  text: string,
  root: Node | undefined,
  { path, says, hint, onKey, offset }: Misfit,
): DefinitionProblem {
  const node = root && nodeAt(root, path);
  // A value's parent is the property, whose first child is the key.
  const place = onKey === true ? (node?.parent?.children?.[0] ?? node) : node;
  const about = path.length === 0 ? 'The file' : `“${placeName(path)}”`;
  return {
    path: placeName(path),
    ...positionOf(text, offset ?? place?.offset ?? 0),
    message: `${about} ${says}.${hint === undefined ? '' : ` ${hint}`}`,
  };
}

/** What is at a place, or around it when nothing is there. */
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

/** Line and column from 1. */
function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function keysOf(node: Node | undefined): string[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).map(({ children }) => String(children?.[0]?.value ?? ''));
}

/** Keys an object has twice, of which the first would silently not count, and the one no object can have. */
function repeated(node: Node, path: Path = []): Misfit[] {
  if (node.type === 'array') return (node.children ?? []).flatMap((item, index) => repeated(item, [...path, index]));
  if (node.type !== 'object') return [];
  const keys = keysOf(node);
  return (node.children ?? []).flatMap(({ children }, index) => {
    const [name, value] = children ?? [];
    const key = keys[index] ?? '';
    const at = [...path, key];
    if (key === '__proto__') return [{ path: at, onKey: true, says: 'is no name' }];
    if (keys.indexOf(key) < index) {
      return [{ path: at, offset: name?.offset, says: 'is there twice', hint: 'Remove one of them.' }];
    }
    return value === undefined ? [] : repeated(value, at);
  });
}

/** By the names of jsonc-parser. */
const syntax: Record<string, string> = {
  InvalidSymbol: 'This is no JSON: a text stands in double quotes',
  InvalidNumberFormat: 'This is no number',
  PropertyNameExpected: 'A name in double quotes was expected here',
  ValueExpected: 'A value was expected here',
  ColonExpected: 'A colon was expected here',
  CommaExpected: 'A comma was expected here',
  CloseBraceExpected: 'A closing brace } was expected here',
  CloseBracketExpected: 'A closing bracket ] was expected here',
  EndOfFileExpected: 'Nothing was expected after the end',
  UnexpectedEndOfComment: 'The comment has no end',
  UnexpectedEndOfString: 'The text has no closing quote',
  UnexpectedEndOfNumber: 'The number has no end',
  InvalidUnicode: 'This is no \\uXXXX',
  InvalidEscapeCharacter: 'After a backslash this is not possible',
  InvalidCharacter: 'This character has to be escaped',
};

function syntaxProblems(text: string, errors: readonly ParseError[]): DefinitionProblem[] {
  if (text.trim() === '') return [{ path: '', line: 1, column: 1, message: 'The file is empty; {} was expected.' }];
  // What follows the first is mostly its consequence.
  const [first] = errors;
  const said = syntax[first === undefined ? '' : printParseErrorCode(first.error)] ?? 'This is no JSON';
  return [{ path: '', ...positionOf(text, first?.offset ?? 0), message: `${said}.` }];
}
