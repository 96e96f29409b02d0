/** Parses a definition file and reports all problems with their location. */
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
const longest = 1_000_000;

/** Parses the text of a file. Problems are sorted by position. */
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

/** Adds the position in the text to a problem found without one. */
export function problemAt(text: string, misfit: Misfit): DefinitionProblem {
  return toProblem(text, parseTree(text, [], { allowTrailingComma: true }), misfit);
}

/** The job with this name, or null. */
export function jobNamed({ jobs = {} }: Definitions, name: string): JobDefinition | null {
  return Object.hasOwn(jobs, name) ? (jobs[name] ?? null) : null;
}

/** Formats a problem as `3:5: …`, like a compiler. */
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
  // The parent of a value is the property, whose first child is the key.
  const place = onKey === true ? (node?.parent?.children?.[0] ?? node) : node;
  const about = path.length === 0 ? 'The file' : `“${placeName(path)}”`;
  return {
    path: placeName(path),
    ...positionOf(text, offset ?? place?.offset ?? 0),
    message: `${about} ${says}.${hint === undefined ? '' : ` ${hint}`}`,
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
function repeated(node: Node, path: Path = []): Misfit[] {
  if (node.type === 'array') return (node.children ?? []).flatMap((item, index) => repeated(item, [...path, index]));
  if (node.type !== 'object') return [];
  const keys = keysOf(node);
  return (node.children ?? []).flatMap(({ children }, index) => {
    const [name, value] = children ?? [];
    const key = keys[index] ?? '';
    const at = [...path, key];
    if (key === '__proto__') return [{ path: at, onKey: true, says: 'is not a valid name' }];
    if (keys.indexOf(key) < index) {
      return [{ path: at, offset: name?.offset, says: 'is defined twice', hint: 'Remove one of them.' }];
    }
    return value === undefined ? [] : repeated(value, at);
  });
}

/** Messages by the error names of jsonc-parser. */
const syntax: Record<string, string> = {
  InvalidSymbol: 'This is not valid JSON: strings need double quotes',
  InvalidNumberFormat: 'This is not a number',
  PropertyNameExpected: 'Expected a name in double quotes',
  ValueExpected: 'Expected a value',
  ColonExpected: 'Expected a colon',
  CommaExpected: 'Expected a comma',
  CloseBraceExpected: 'Expected a closing brace }',
  CloseBracketExpected: 'Expected a closing bracket ]',
  EndOfFileExpected: 'Unexpected text after the end',
  UnexpectedEndOfComment: 'The comment is not closed',
  UnexpectedEndOfString: 'The string has no closing quote',
  UnexpectedEndOfNumber: 'The number is incomplete',
  InvalidUnicode: 'Expected \\uXXXX',
  InvalidEscapeCharacter: 'This is not a valid escape sequence',
  InvalidCharacter: 'This character must be escaped',
};

function syntaxProblems(text: string, errors: readonly ParseError[]): DefinitionProblem[] {
  if (text.trim() === '')
    return [{ path: '', line: 1, column: 1, message: 'The file is empty. Expected at least {}.' }];
  // Later errors usually follow from the first one.
  const [first] = errors;
  const message = syntax[first === undefined ? '' : printParseErrorCode(first.error)] ?? 'This is not valid JSON';
  return [{ path: '', ...positionOf(text, first?.offset ?? 0), message: `${message}.` }];
}
