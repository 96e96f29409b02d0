/** Drafts for new definitions. Pure. */
import type { JobDefinition } from '../../shared/definitions/schema.ts';
import type { Command } from '../../shared/job.ts';
import { proposedName } from './proposedName.ts';

/** A draft with its suggested name. */
export interface Draft {
  readonly name: string;
  readonly definition: JobDefinition;
}

/** Turns a text into a valid name. */
export function nameFrom(text: string): string {
  const name = text.normalize('NFKD').replace(/[^A-Za-z0-9._:-]+/g, '-');
  return name.replace(/^[-.:]+|[-.:]+$/g, '').slice(0, 100) || 'job';
}

/** The name itself, or with a number to make it unique. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const one = number === 1 ? name : `${name.slice(0, 96)}-${number}`;
    if (!isTaken(one)) return one;
  }
}

/** A draft from a command. `asWritten` escapes text that would be read as a placeholder. */
export function draftOf(
  name: string,
  command: Command,
  cwd: string | null,
  folder: string,
  asWritten: (text: string) => string = literal,
): Draft {
  const inside = cwd === null ? null : pathInside(cwd, folder);
  return {
    name: nameFrom(name),
    definition: {
      command: 'shell' in command ? asWritten(command.shell) : command.argv.map(asWritten),
      ...(inside === '' || cwd === null ? {} : { cwd: asWritten(inside ?? cwd) }),
    },
  };
}

/** Escapes `${` of the shell. */
function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** Variables of tasks: https://code.visualstudio.com/docs/reference/variables-reference */
const taskVariable =
  /^\$\{(?:(?:workspaceFolder\w*|workspaceRoot|file\w*|relativeFile\w*|cwd|lineNumber|columnNumber|selectedText|execPath|userHome|pathSeparator|defaultBuildTask|\/)\}|(?:env|input|config|command|workspaceFolder):)/;

/**
 * Escapes the text of a task but keeps its variables. Some are supported in definitions, too. For the others, the editor
 * shows an error in the new definition, which is better than a command that runs without them.
 */
export function ofTask(text: string): string {
  return text.replace(/\$\{/g, (start, at: number) => (taskVariable.test(text.slice(at)) ? start : `$${start}`));
}

/** A draft from a typed command, whose placeholders are kept. */
export function draftOfLine(line: string): Draft {
  return { name: nameFrom(proposedName(line).slice(0, 40)), definition: { command: line.trim() } };
}

/** The path relative to a folder, with `/`. `''` for the folder itself, null for a path outside. */
function pathInside(path: string, folder: string): string | null {
  const [whole, base] = [path, folder].map((one) => one.replaceAll('\\', '/').replace(/\/+$/, ''));
  if (whole === base) return '';
  return whole?.startsWith(`${base}/`) ? whole.slice(`${base}/`.length) : null;
}
