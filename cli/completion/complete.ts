/** Completion of a command line, from the definition of the commands. */
import type { Command, Option } from 'commander';

export interface Candidate {
  value: string;
  description: string;
}

/** Kinds of values that must be looked up. */
export type Kind = 'job' | 'queue' | 'schedule' | 'definition';

/** Looks up the values of a kind; none if that fails. */
export type LookUp = (kind: Kind) => Promise<Candidate[]>;

/** Where the cursor is: at the value of an option, or at an operand of a command. */
interface Place {
  command: Command;
  /** Operands before the cursor. */
  operands: number;
  /** The option whose value is being typed. */
  option: Option | null;
  /** What follows belongs to another program, such as the one of `run`. */
  foreign: boolean;
  /** The first operand. */
  first: string | null;
}

/** Candidates for the last of the words after `jobdeck`. It may be empty. */
export async function complete(program: Command, words: readonly string[], lookUp: LookUp): Promise<Candidate[]> {
  const current = words.at(-1) ?? '';
  const place = placeAfter(program, words.slice(0, -1));
  // Options can follow the name of a defined job.
  if (place.foreign && !(await namesDefinition(place, current, lookUp))) return [];
  const [, name, typed] = /^(--[^=]+)=(.*)$/.exec(current) ?? [];
  const inline = name === undefined ? null : optionNamed(place.command, name);
  if (inline !== null && typed !== undefined) {
    const values = await valuesOf(inline, lookUp);
    return fitting(
      values.map((one) => ({ ...one, value: `${name}=${one.value}` })),
      current,
    );
  }
  if (place.option !== null) return fitting(await valuesOf(place.option, lookUp), current);
  if (current.startsWith('-')) return fitting(optionsOf(place.command), current);
  return fitting([...subcommandsOf(place), ...(await operandsOf(place, lookUp))], current);
}

function placeAfter(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, operands: 0, option: null, foreign: false, first: null };
  for (const word of words) {
    if (place.option !== null) {
      place.option = null;
      continue;
    }
    if (word === '--') return { ...place, foreign: true, first: null };
    if (word.startsWith('-') && word !== '-') {
      const option = optionNamed(place.command, word);
      place.option = option?.required === true ? option : null;
      continue;
    }
    const below = place.operands === 0 ? subcommand(place.command, word) : undefined;
    if (below !== undefined) place.command = below;
    else {
      place.operands += 1;
      place.first ??= word;
    }
  }
  // Words after the first one belong to the program to run.
  const runs = place.command.registeredArguments[0]?.name() === 'command';
  return { ...place, foreign: runs && place.operands > 0 };
}

async function namesDefinition({ operands, first, option }: Place, current: string, lookUp: LookUp): Promise<boolean> {
  if (operands !== 1 || (option === null && !current.startsWith('-'))) return false;
  return (await lookUp('definition')).some(({ value }) => value === first);
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((one) => one.name() === word || one.aliases().includes(word));
}

function optionNamed(command: Command, word: string): Option | null {
  return command.options.find(({ long, short }) => word === long || word === short) ?? null;
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ value: long, description }] : []));
}

function subcommandsOf({ command, operands }: Place): Candidate[] {
  if (operands > 0) return [];
  const visible = command.createHelp().visibleCommands(command);
  return visible.map((one) => ({ value: one.name(), description: one.description() }));
}

async function operandsOf({ command, operands }: Place, lookUp: LookUp): Promise<Candidate[]> {
  const all = command.registeredArguments;
  const last = all.at(-1);
  const argument = all[operands] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return argument.argChoices.map((value) => ({ value, description: '' }));
  const kind = kindOf(argument.name(), command);
  return kind === null ? [] : lookUp(kind);
}

/** The kind of an operand: a job ID, or a name for the commands about queues and schedules. */
function kindOf(argument: string, command: Command): Kind | null {
  if (argument === 'command') return 'definition';
  const group = command.parent?.name() ?? '';
  if (group === 'queue' || group === 'schedule') return group;
  return /^ids?$/.test(argument) ? 'job' : null;
}

async function valuesOf(option: Option, lookUp: LookUp): Promise<Candidate[]> {
  if (option.argChoices !== undefined) return option.argChoices.map((value) => ({ value, description: '' }));
  if (option.attributeName() === 'queue') return lookUp('queue');
  return /<id>/.test(option.flags) ? lookUp('job') : [];
}

function fitting(candidates: readonly Candidate[], current: string): Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(current));
}
