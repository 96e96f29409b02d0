/** Recipes of a justfile. */
import type { ProjectScript, ScriptReader } from '../projectScript.ts';

/** `name parameters: dependencies`, but no assignment such as `name := value`. */
const recipe = /^@?([A-Za-z_][\w-]*)((?:\s[^:]*)?):(?!=)/;
const attribute = /^\[.*\]\s*$/;
/** Parts of a line that may contain a colon. */
const quoted = /"(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`/g;

export const justfile: ScriptReader = { files: ['justfile', 'Justfile', '.justfile'], read: readJustfile };

function readJustfile(text: string): ProjectScript[] {
  const lines = text.split(/\r?\n/);
  const found = new Map<string, ProjectScript>();
  for (const [at, line] of lines.entries()) {
    const [, name, parameters = ''] = recipe.exec(line.replace(quoted, "''")) ?? [];
    if (name === undefined || /^(?:set|alias|export|import|mod)\s/.test(line) || found.has(name)) continue;
    const { doc, isPrivate } = above(lines, at);
    if (isPrivate || name.startsWith('_') || needsArguments(parameters)) continue;
    found.set(name, { name, line: doc, at, argv: ['just', name] });
  }
  return [...found.values()];
}

/** The comment that `just --list` shows: the line above the attributes. */
function above(lines: readonly string[], at: number): { doc: string; isPrivate: boolean } {
  let row = at - 1;
  let isPrivate = false;
  let doc: string | undefined;
  for (; attribute.test(lines[row] ?? ''); row -= 1) {
    isPrivate ||= /[[,\s]private[\],\s]/.test(lines[row] ?? '');
    doc ??= /\bdoc\s*[(:]\s*(?:"([^"]*)"|'([^']*)')/
      .exec(lines[row] ?? '')
      ?.slice(1)
      .find((text) => text !== undefined);
  }
  return { doc: doc ?? /^#(?!!)\s*(.*)$/.exec(lines[row] ?? '')?.[1] ?? '', isPrivate };
}

/** Whether a parameter has no default and is not optional, so that the recipe can't be run by its name alone. */
function needsArguments(parameters: string): boolean {
  const words = parameters
    .replace(/\s*=\s*/g, '=')
    .trim()
    .split(/\s+/);
  return words.some((word) => word !== '' && !word.startsWith('*') && !word.includes('='));
}
