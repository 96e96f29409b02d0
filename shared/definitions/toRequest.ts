/** Converts a definition to requests for the daemon: jobs, schedules, queues and backfills. */

import { parseDuration, parseRate } from '../amounts.ts';
import type { JobdeckError } from '../errors.ts';
import { definitionProblem } from '../messages/definitions.ts';
import type { QueueSettings, RetryRequestPolicy } from '../protocol.ts';
import type { JobTemplate, ScheduleRequest } from '../schedule.ts';
import { listed, nearest } from './near.ts';
import { fillIn, type Placeholder, partsOf, placeholdersIn } from './placeholders.ts';
import type { JobDefinition, QueueDefinition } from './schema.ts';
import { cmdLine, type LinePart, posixLine } from './shellLine.ts';

/** What a conversion needs besides the definition. */
export interface Surroundings {
  /** The definition file. Absolute. */
  file: string;
  /** The workspace folder, or null for a file outside of a workspace. */
  workspace: string | null;
  /** The default working folder, and the base of a relative `cwd`. Absolute. */
  folder: string;
  /** Values of `${env:NAME}`, and the environment that `env` extends. */
  env: Record<string, string | undefined>;
  /** Include the environment in the request even if the definition adds nothing. */
  sendEnv: boolean;
  /** Values of the inputs. Defaults apply to the others. */
  inputs: Record<string, string>;
  createdBy: string | null;
  /** Whether shell lines are for cmd.exe. */
  windows: boolean;
}

/** The part of a definition that `jobdeck backfill` uses. */
export type BackfillDefaults = NonNullable<JobDefinition['backfill']>;

/**
 * The job of a definition with its placeholders replaced, except those of a range, which the backfill replaces.
 *
 * @throws JobdeckError INVALID_REQUEST for an input that is unknown, missing or not one of its options;
 * INVALID_DEFINITION for a variable that is not set
 */
export function toJobTemplate(name: string, job: JobDefinition, context: Surroundings): JobTemplate {
  const inputs = inputValues(name, job, context.inputs);
  const fill = (text: string) => filledIn(name, text, inputs, context);
  const { command, queue, priority, metadata, progress, group, tags } = job;
  const kept = Object.entries(inputs).filter(([id]) => job.inputs?.find((input) => input.id === id)?.password !== true);
  return {
    command:
      typeof command === 'string' ? { shell: shellLine(name, command, inputs, context) } : { argv: command.map(fill) },
    title: fill(job.label ?? name),
    type: name,
    definition: { file: context.file, name },
    cwd: folderOf(context.folder, fill(job.cwd ?? '')),
    ...environment(job, fill, context),
    ...(context.workspace === null ? {} : { workspace: context.workspace }),
    ...(context.createdBy === null ? {} : { createdBy: context.createdBy }),
    ...(queue === undefined ? {} : { queue }),
    ...(priority === undefined ? {} : { priority }),
    ...(tags === undefined ? {} : { tags }),
    ...(group === undefined ? {} : { group: fill(group) }),
    ...(job.retry === undefined ? {} : { retry: toRetry(job.retry) }),
    ...(job.timeLimit === undefined ? {} : { timeLimitMs: ms(job.timeLimit) }),
    ...(job.stopSignal === undefined ? {} : { stopSignal: job.stopSignal }),
    ...(progress === undefined ? {} : { outputProgress: progress }),
    ...(job.phases === undefined ? {} : { steps: job.phases }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(kept.length === 0 ? {} : { input: Object.fromEntries(kept) }),
  };
}

/** Whether the job is for backfills, because it has range placeholders. */
export function needsRange({ command, label = '', cwd = '' }: JobDefinition): boolean {
  const texts = [...(typeof command === 'string' ? [command] : command), label, cwd];
  return texts.some((text) => placeholdersIn(text).some(({ kind }) => kind === 'range'));
}

/** The schedule of a definition, or null. Throws like `toJobTemplate`. */
export function toScheduleRequest(name: string, job: JobDefinition, context: Surroundings): ScheduleRequest | null {
  const { schedule } = job;
  if (schedule === undefined) return null;
  const settings = typeof schedule === 'string' ? { cron: schedule } : schedule;
  return { name, ...settings, job: toJobTemplate(name, job, context) };
}

/** The queue settings that a definition specifies. */
export function toQueueSettings({ concurrency, rate, timeLimit, ...allowed }: QueueDefinition): QueueSettings {
  return {
    ...allowed,
    ...(concurrency === undefined ? {} : { concurrency: concurrency === 'unlimited' ? null : concurrency }),
    ...(rate === undefined ? {} : { rate: rate === 'none' ? null : parseRate(rate) }),
    ...(timeLimit === undefined ? {} : { timeLimitMs: timeLimit === 'none' ? null : ms(timeLimit) }),
  };
}

function toRetry({ attempts, delay, backoff, maxDelay, jitter, retryOn }: NonNullable<JobDefinition['retry']>) {
  const policy: RetryRequestPolicy = { attempts };
  if (delay !== undefined) policy.delayMs = ms(delay);
  if (backoff !== undefined) policy.backoff = backoff;
  if (maxDelay !== undefined) policy.maxDelayMs = ms(maxDelay);
  if (jitter !== undefined) policy.jitter = jitter;
  if (retryOn !== undefined) policy.retryOn = retryOn;
  return policy;
}

/** The value of each input: the given one or its default. Inputs without a value are left out. */
function inputValues(
  name: string,
  { inputs = [] }: JobDefinition,
  given: Record<string, string>,
): Record<string, string> {
  const ids = inputs.map(({ id }) => id);
  for (const id of Object.keys(given)) {
    if (ids.includes(id)) continue;
    throw unknownInput(name, id, ids);
  }
  const found = inputs.flatMap(({ id, default: value, options }): [string, string][] => {
    const answer = Object.hasOwn(given, id) ? given[id] : value;
    if (answer === undefined) return [];
    if (options === undefined || options.includes(answer)) return [[id, answer]];
    throw invalidInput(name, id, answer, options);
  });
  return Object.fromEntries(found);
}

function filledIn(name: string, text: string, inputs: Record<string, string>, context: Surroundings): string {
  return fillIn(text, (one) => placeholderValue(name, one, inputs, context));
}

/** A shell command line in which each value is one word or a part of one. */
function shellLine(name: string, text: string, inputs: Record<string, string>, context: Surroundings): string {
  const parts = partsOf(text).map((part): LinePart => {
    if (typeof part === 'string') return part;
    const refuse = () => {
      const named = { placeholder: part.source, definition: name };
      return definitionProblem(context.windows ? 'INVALID_REQUEST/cmdValue' : 'INVALID_REQUEST/shellValue', named);
    };
    const id = 'name' in part ? `${part.kind}_${part.name}` : part.kind;
    return { name: id, value: placeholderValue(name, part, inputs, context), refuse };
  });
  return context.windows ? cmdLine(parts) : posixLine(parts);
}

function placeholderValue(
  name: string,
  one: Placeholder & { source: string },
  inputs: Record<string, string>,
  context: Surroundings,
): string {
  if (one.kind === 'workspaceFolder' && context.workspace !== null) return context.workspace;
  if (one.kind === 'input') return inputs[one.name] ?? missingInput(name, one.name);
  const value = one.kind === 'env' ? context.env[one.name] : undefined;
  if (value !== undefined) return value;
  throw one.kind === 'env'
    ? definitionProblem('INVALID_DEFINITION/variableNotSet', { variable: one.name, definition: name })
    : definitionProblem('INVALID_DEFINITION/placeholderNotSet', { placeholder: one.source, definition: name });
}

function unknownInput(definition: string, input: string, known: readonly string[]): JobdeckError {
  if (known.length === 0) return definitionProblem('INVALID_REQUEST/noInputs', { definition, input });
  const similar = nearest(input, known);
  return similar === null
    ? definitionProblem('INVALID_REQUEST/unknownInput', { definition, input, inputs: listed(known) })
    : definitionProblem('INVALID_REQUEST/similarInput', { definition, input, similar });
}

function invalidInput(definition: string, input: string, value: string, options: readonly string[]): JobdeckError {
  const similar = nearest(value, options);
  return similar === null
    ? definitionProblem('INVALID_REQUEST/inputValue', { definition, input, value, options: listed(options) })
    : definitionProblem('INVALID_REQUEST/similarInputValue', { definition, input, value, similar });
}

function missingInput(definition: string, input: string): never {
  throw definitionProblem('INVALID_REQUEST/inputRequired', { definition, input });
}

function environment(
  { env }: JobDefinition,
  fill: (text: string) => string,
  context: Surroundings,
): Pick<JobTemplate, 'env'> {
  if (env === undefined && !context.sendEnv) return {};
  const set = Object.entries(context.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const own = Object.entries(env ?? {}).map(([name, value]) => [name, fill(value)]);
  return { env: Object.fromEntries([...set, ...own]) };
}

/** Resolves a path relative to a folder. Also supports Windows paths. */
function folderOf(folder: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(path)) return path;
  const separator = /^([A-Za-z]:|\\)/.test(folder) ? '\\' : '/';
  const inside = path.replace(/^(\.[/\\]+)+/, '').replace(/^\.$/, '');
  return inside === '' ? folder : `${folder.replace(/[/\\]+$/, '')}${separator}${inside}`;
}

/** Milliseconds of a duration that the schema has validated. */
function ms(text: string): number {
  return parseDuration(text) ?? 0;
}
