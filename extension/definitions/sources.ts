/** What a new definition can be made from. Pure. */
import type { JobDefinition } from '../../shared/definitions/schema.ts';
import type { Command } from '../../shared/job.ts';

/** A definition to be, with the name it is offered under. */
export interface Draft {
  readonly name: string;
  readonly definition: JobDefinition;
}

/** A name made of a text: letters, digits, `_`, `-`, `.` and `:` of it. */
export function nameFrom(text: string): string {
  const name = text.normalize('NFKD').replace(/[^A-Za-z0-9._:-]+/g, '-');
  return name.replace(/^[-.:]+|[-.:]+$/g, '').slice(0, 100) || 'job';
}

/** The name itself, or with the first number that makes it a new one. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const one = number === 1 ? name : `${name.slice(0, 96)}-${number}`;
    if (!isTaken(one)) return one;
  }
}

/** Of a command as it is; `asWritten` gives each text of it so that what is no placeholder stays what it is. */
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

/** A `${` of a shell. */
function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** Variables of tasks: https://code.visualstudio.com/docs/reference/variables-reference */
const taskVariable =
  /^\$\{(?:(?:workspaceFolder\w*|workspaceRoot|file\w*|relativeFile\w*|cwd|lineNumber|columnNumber|selectedText|execPath|userHome|pathSeparator|defaultBuildTask|\/)\}|(?:env|input|config|command|workspaceFolder):)/;

/**
 * The text of a task. Its variables stay: some are ours as well, and the others nobody fills in, which the editor then
 * says of the new definition, instead of a command that runs without them.
 */
export function ofTask(text: string): string {
  return text.replace(/\$\{/g, (start, at: number) => (taskVariable.test(text.slice(at)) ? start : `$${start}`));
}

/** What somebody typed: a name of its first words; its placeholders are meant. */
export function draftOfLine(line: string): Draft {
  const words = line.trim().split(/\s+/).slice(0, 3).join(' ');
  return { name: nameFrom(words.slice(0, 40)), definition: { command: line.trim() } };
}

/** What is left of a path below a folder, with `/`; `''` for the folder itself, null for a path elsewhere. */
function pathInside(path: string, folder: string): string | null {
  const [whole, base] = [path, folder].map((one) => one.replaceAll('\\', '/').replace(/\/+$/, ''));
  if (whole === base) return '';
  return whole?.startsWith(`${base}/`) ? whole.slice(`${base}/`.length) : null;
}
