/** From a definition to what the daemon is asked: jobs, schedules, queues, backfills. */

import { parseDuration, parseRate } from '../amounts.ts';
import type { JobdeckError } from '../errors.ts';
import { definitionProblem } from '../messages/definitions.ts';
import type { QueueSettings, RetryRequestPolicy } from '../protocol.ts';
import type { JobTemplate, ScheduleRequest } from '../schedule.ts';
import { listed, nearest } from './near.ts';
import { fillIn, placeholdersIn } from './placeholders.ts';
import type { JobDefinition, QueueDefinition } from './schema.ts';

/** What a definition does not say itself. */
export interface Surroundings {
  /** The folder of its workspace; null for a file that belongs to none. */
  workspace: string | null;
  /** Where it runs unless it says otherwise, and from where its `cwd` is. Absolute. */
  folder: string;
  /** What `${env:NAME}` is, and what its `env` is added to. */
  env: Record<string, string | undefined>;
  /** The environment goes with the request also when the definition adds nothing. */
  sendEnv: boolean;
  /** Answers to its inputs; its defaults stand for the others. */
  inputs: Record<string, string>;
  createdBy: string | null;
}

/** What `jobdeck backfill` takes from a definition. */
export type BackfillDefaults = NonNullable<JobDefinition['backfill']>;

/**
 * The job of a definition, with its placeholders filled in; those of a range are left for a backfill.
 * @throws JobdeckError INVALID_REQUEST for an input that is unknown, has no answer or none of its options;
 * INVALID_DEFINITION for a variable that is not set
 */
export function toJobTemplate(name: string, job: JobDefinition, around: Surroundings): JobTemplate {
  const inputs = answers(name, job, around.inputs);
  const fill = (text: string) => filledIn(name, text, inputs, around);
  const { command, queue, priority, metadata, progress, group } = job;
  const kept = Object.entries(inputs).filter(([id]) => job.inputs?.find((input) => input.id === id)?.password !== true);
  return {
    command: typeof command === 'string' ? { shell: fill(command) } : { argv: command.map(fill) },
    title: fill(job.label ?? name),
    type: name,
    cwd: folderOf(around.folder, fill(job.cwd ?? '')),
    ...environment(job, fill, around),
    ...(around.workspace === null ? {} : { workspace: around.workspace }),
    ...(around.createdBy === null ? {} : { createdBy: around.createdBy }),
    ...(queue === undefined ? {} : { queue }),
    ...(priority === undefined ? {} : { priority }),
    ...(group === undefined ? {} : { group: fill(group) }),
    ...(job.retry === undefined ? {} : { retry: toRetry(job.retry) }),
    ...(job.timeLimit === undefined ? {} : { timeLimitMs: ms(job.timeLimit) }),
    ...(progress === undefined ? {} : { outputProgress: progress }),
    ...(job.phases === undefined ? {} : { steps: job.phases }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(kept.length === 0 ? {} : { input: Object.fromEntries(kept) }),
  };
}

/** Whether the job is for backfills: it has placeholders that only these fill in. */
export function needsRange({ command, label = '', cwd = '' }: JobDefinition): boolean {
  const texts = [...(typeof command === 'string' ? [command] : command), label, cwd];
  return texts.some((text) => placeholdersIn(text).some(({ kind }) => kind === 'range'));
}

/** The schedule of a definition, or null when it has none. Throws as `toJobTemplate`. */
export function toScheduleRequest(name: string, job: JobDefinition, around: Surroundings): ScheduleRequest | null {
  const { schedule } = job;
  if (schedule === undefined) return null;
  const settings = typeof schedule === 'string' ? { cron: schedule } : schedule;
  return { name, ...settings, job: toJobTemplate(name, job, around) };
}

/** What a definition sets of a queue; only what it names. */
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

/** The answer to each input: the given one, or its default. An input nobody answered is missing. */
function answers(name: string, { inputs = [] }: JobDefinition, given: Record<string, string>): Record<string, string> {
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

function filledIn(name: string, text: string, inputs: Record<string, string>, around: Surroundings): string {
  return fillIn(text, (one) => {
    if (one.kind === 'workspaceFolder' && around.workspace !== null) return around.workspace;
    if (one.kind === 'input') return inputs[one.name] ?? unanswered(name, one.name);
    const value = one.kind === 'env' ? around.env[one.name] : undefined;
    if (value !== undefined) return value;
    throw one.kind === 'env'
      ? definitionProblem('INVALID_DEFINITION/variableNotSet', { variable: one.name, definition: name })
      : definitionProblem('INVALID_DEFINITION/placeholderNotSet', { placeholder: one.source, definition: name });
  });
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

function unanswered(definition: string, input: string): never {
  throw definitionProblem('INVALID_REQUEST/inputRequired', { definition, input });
}

function environment(
  { env }: JobDefinition,
  fill: (text: string) => string,
  around: Surroundings,
): Pick<JobTemplate, 'env'> {
  if (env === undefined && !around.sendEnv) return {};
  const set = Object.entries(around.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const own = Object.entries(env ?? {}).map(([name, value]) => [name, fill(value)]);
  return { env: Object.fromEntries([...set, ...own]) };
}

/** A path from a folder on; paths of Windows as well. */
function folderOf(folder: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(path)) return path;
  const separator = /^([A-Za-z]:|\\)/.test(folder) ? '\\' : '/';
  const inside = path.replace(/^(\.[/\\]+)+/, '').replace(/^\.$/, '');
  return inside === '' ? folder : `${folder.replace(/[/\\]+$/, '')}${separator}${inside}`;
}

/** Of a duration the schema has let through. */
function ms(text: string): number {
  return parseDuration(text) ?? 0;
}
