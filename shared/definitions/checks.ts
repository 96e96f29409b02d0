/** Checks that a schema cannot express: placeholders, inputs, regular expressions and limits of durations. */
import type { TSchema } from 'typebox';
import { parseDuration, parseRate } from '../amounts.ts';
import { RateLimit, RetryPolicy } from '../job.ts';
import { TimeLimit } from '../protocol.ts';
import { type Misfit, misfits, type Path } from './misfits.ts';
import { suggestion } from './near.ts';
import { placeholdersIn } from './placeholders.ts';
import type { Definitions, JobDefinition, QueueDefinition } from './schema.ts';

/** Groups of a progress pattern. At least one is required. */
const progressGroups = ['current', 'total', 'percent', 'message', 'phase'];

/** Fields in which a backfill replaces range placeholders; see shared/backfill.ts. Jobs also get them as variables. */
const rangeFields = ['command', 'label', 'cwd'];

/** Problems of definitions that match the schema. `workspace`: whether they belong to a workspace. */
export function check({ jobs = {}, queues = {} }: Definitions, workspace: boolean): Misfit[] {
  return [
    ...Object.entries(jobs).flatMap(([name, job]) => checkJob(job, ['jobs', name], workspace)),
    ...Object.entries(queues).flatMap(([name, queue]) => checkQueue(queue, ['queues', name])),
  ];
}

function checkJob(job: JobDefinition, path: Path, workspace: boolean): Misfit[] {
  const { timeLimit, retry = { attempts: 1 }, progress } = job;
  return [
    ...checkTexts(job, path, workspace),
    ...checkInputs(job, path),
    ...twice(job.phases ?? [], [...path, 'phases']),
    ...(progress ? checkPattern(progress.pattern, [...path, 'progress', 'pattern']) : []),
    ...checkDuration(timeLimit, TimeLimit, [...path, 'timeLimit']),
    ...checkDuration(retry.delay, RetryPolicy.properties.delayMs, [...path, 'retry', 'delay']),
    ...checkDuration(retry.maxDelay, RetryPolicy.properties.maxDelayMs, [...path, 'retry', 'maxDelay']),
  ];
}

function checkQueue({ rate = 'none', timeLimit }: QueueDefinition, path: Path): Misfit[] {
  const limit = rate === 'none' ? null : parseRate(rate);
  const bad = limit === null ? [] : misfits(RateLimit, limit);
  return [
    ...bad.slice(0, 1).map(({ path: [of], says }) => ({
      path: [...path, 'rate'],
      says: of === 'count' ? `${says} starts` : `must be for a period from 100 ms to 31 days`,
    })),
    ...(timeLimit === 'none' ? [] : checkDuration(timeLimit, TimeLimit, [...path, 'timeLimit'])),
  ];
}

function checkDuration(text: string | undefined, schema: TSchema, path: Path): Misfit[] {
  if (text === undefined) return [];
  return misfits(schema, parseDuration(text), path).map((one) => ({ ...one, says: `${one.says} milliseconds` }));
}

/** All texts that may contain placeholders. */
function textsOf({ label, command, cwd, env = {}, group, links = [], messages = {} }: JobDefinition): [Path, string][] {
  const commands: [Path, string][] =
    typeof command === 'string'
      ? [[['command'], command]]
      : command.map((word, index): [Path, string] => [['command', index], word]);
  const optional: [Path, string | undefined][] = [
    [['label'], label],
    [['cwd'], cwd],
    [['group'], group],
    ...Object.entries(env).map(([name, value]): [Path, string] => [['env', name], value]),
    ...links.map(({ url }, index): [Path, string] => [['links', index, 'url'], url]),
    [['messages', 'completed'], messages.completed],
    [['messages', 'failed'], messages.failed],
  ];
  return [...commands, ...optional.filter((entry): entry is [Path, string] => entry[1] !== undefined)];
}

function checkTexts(job: JobDefinition, path: Path, workspace: boolean): Misfit[] {
  const inputs = new Map((job.inputs ?? []).map((input) => [input.id, input]));
  const wrong = (one: ReturnType<typeof placeholdersIn>[number], at: Path): Omit<Misfit, 'path'> | null => {
    if (one.kind === 'unknown') return { says: `has an unknown placeholder “${one.source}”`, hint: one.hint };
    if (one.kind === 'workspaceFolder' && !workspace) {
      return {
        says: 'has no workspace folder to refer to',
        hint: 'Jobs in this file don’t belong to a workspace. Use an absolute path.',
      };
    }
    if (one.kind === 'range' && !rangeFields.includes(String(at[0]))) {
      return { says: `has “${one.source}”, which is supported only in ${rangeFields.join(', ')}` };
    }
    if (one.kind === 'range' && job.schedule !== undefined) {
      return {
        says: `has “${one.source}”, which is set only by a backfill, but has a schedule`,
        hint: 'Define two separate jobs.',
      };
    }
    if (one.kind !== 'input') return null;
    const input = inputs.get(one.name);
    if (input === undefined) {
      const hint = inputs.size === 0 ? 'Add it to “inputs”.' : suggestion(one.name, [...inputs.keys()]);
      return { says: `uses an input “${one.name}” that is not in “inputs”`, hint };
    }
    if (input.password === true && at[0] !== 'env') {
      return { says: `would reveal the password “${one.name}”`, hint: 'Use it in “env”, and use the variable here.' };
    }
    if (job.schedule !== undefined && input.default === undefined) {
      return {
        says: `uses the input “${one.name}”, which has no value when a schedule runs it`,
        hint: 'Add a “default”.',
      };
    }
    return null;
  };
  return textsOf(job).flatMap(([at, text]) =>
    placeholdersIn(text).flatMap((one) => {
      const said = wrong(one, at);
      return said === null ? [] : [{ path: [...path, ...at], ...said }];
    }),
  );
}

function checkInputs({ inputs = [] }: JobDefinition, path: Path): Misfit[] {
  const none = inputs.flatMap(({ default: value, options }, index): Misfit[] =>
    value === undefined || options === undefined || options.includes(value)
      ? []
      : [{ path: [...path, 'inputs', index, 'default'], says: 'must be one of its “options”' }],
  );
  return [...twice(inputs, [...path, 'inputs']), ...none];
}

function twice(ones: readonly { id: string }[], path: Path): Misfit[] {
  return ones.flatMap(({ id }, index) =>
    ones.findIndex((one) => one.id === id) === index
      ? []
      : [{ path: [...path, index, 'id'], says: `is “${id}” twice` }],
  );
}

function checkPattern(pattern: string, path: Path): Misfit[] {
  try {
    new RegExp(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/: /, '') : String(error);
    return [
      { path, says: `is not a valid regular expression: ${reason}`, hint: 'In JSON, write each backslash twice.' },
    ];
  }
  if (progressGroups.some((group) => pattern.includes(`(?<${group}>`))) return [];
  const says = `must have at least one group named ${progressGroups.join(', ')}`;
  return [{ path, says, hint: 'For example (?<current>\\d+)/(?<total>\\d+), with each backslash written twice.' }];
}
