/** Checks that a schema cannot express: placeholders, inputs, regular expressions and limits of durations. */
import type { TSchema } from 'typebox';
import { parseDuration, parseRate } from '../amounts.ts';
import { RateLimit, RetryPolicy } from '../job.ts';
import { definitionHint, definitionMismatch } from '../messages/definitionMismatches.ts';
import { TimeLimit } from '../protocol.ts';
import { type Mismatch, mismatches, type Path } from './mismatches.ts';
import { suggestion } from './near.ts';
import { placeholdersIn } from './placeholders.ts';
import type { Definitions, JobDefinition, QueueDefinition } from './schema.ts';

/** Groups of a progress pattern. At least one is required. */
const progressGroups = ['current', 'total', 'percent', 'message', 'phase'];

/** Suggested for an unknown placeholder. */
const placeholderForms = [
  'workspaceFolder',
  'env:NAME',
  'input:ID',
  'range.start',
  'range.end',
  'range.start:date',
  'range.end:date',
];

/** Fields in which a backfill replaces range placeholders; see shared/backfill.ts. Jobs also get them as variables. */
const rangeFields = ['command', 'label', 'cwd'];

/** Problems of definitions that match the schema. `workspace`: whether they belong to a workspace. */
export function check({ jobs = {}, queues = {} }: Definitions, workspace: boolean): Mismatch[] {
  return [
    ...Object.entries(jobs).flatMap(([name, job]) => checkJob(job, ['jobs', name], workspace)),
    ...Object.entries(queues).flatMap(([name, queue]) => checkQueue(queue, ['queues', name])),
  ];
}

function checkJob(job: JobDefinition, path: Path, workspace: boolean): Mismatch[] {
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

function checkQueue({ rate = 'none', timeLimit }: QueueDefinition, path: Path): Mismatch[] {
  const limit = rate === 'none' ? null : parseRate(rate);
  return [
    ...(limit === null ? [] : checkRate(limit, [...path, 'rate'])),
    ...(timeLimit === 'none' ? [] : checkDuration(timeLimit, TimeLimit, [...path, 'timeLimit'])),
  ];
}

function checkRate(limit: RateLimit, path: Path): Mismatch[] {
  const { minimum, maximum } = limitsOf(RateLimit.properties.count);
  if (limit.count < minimum) {
    return [{ path, predicate: definitionMismatch('definition.minStarts', { count: minimum }) }];
  }
  if (limit.count > maximum) {
    return [{ path, predicate: definitionMismatch('definition.maxStarts', { count: maximum }) }];
  }
  const fits = mismatches(RateLimit, limit).length === 0;
  return fits ? [] : [{ path, predicate: definitionMismatch('definition.ratePeriod') }];
}

function checkDuration(text: string | undefined, schema: TSchema, path: Path): Mismatch[] {
  const duration = text === undefined ? null : parseDuration(text);
  if (duration === null) return [];
  const { minimum, maximum } = limitsOf(schema);
  if (duration < minimum) {
    return [{ path, predicate: definitionMismatch('definition.minDuration', { limit: minimum }) }];
  }
  if (duration > maximum) {
    return [{ path, predicate: definitionMismatch('definition.maxDuration', { limit: maximum }) }];
  }
  return [];
}

/** The limits of a schema for numbers. */
function limitsOf(schema: TSchema): { minimum: number; maximum: number } {
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = schema as { minimum?: number; maximum?: number };
  return { minimum, maximum };
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

function checkTexts(job: JobDefinition, path: Path, workspace: boolean): Mismatch[] {
  const inputs = new Map((job.inputs ?? []).map((input) => [input.id, input]));
  const wrong = (one: ReturnType<typeof placeholdersIn>[number], at: Path): Omit<Mismatch, 'path'> | null => {
    if (one.kind === 'unknown') {
      const predicate = definitionMismatch('definition.unknownPlaceholder', { placeholder: one.source });
      const hint = definitionHint('definition.escape', { suggestion: suggestion(one.text, placeholderForms) });
      return { predicate, hint };
    }
    if (one.kind === 'workspaceFolder' && !workspace) {
      return {
        predicate: definitionMismatch('definition.noWorkspaceFolder'),
        hint: definitionHint('definition.absolutePath'),
      };
    }
    if (one.kind === 'range' && !rangeFields.includes(String(at[0]))) {
      const fields = rangeFields.join(', ');
      return { predicate: definitionMismatch('definition.rangeField', { placeholder: one.source, fields }) };
    }
    if (one.kind === 'range' && job.schedule !== undefined) {
      return {
        predicate: definitionMismatch('definition.rangeWithSchedule', { placeholder: one.source }),
        hint: definitionHint('definition.separateJobs'),
      };
    }
    if (one.kind !== 'input') return null;
    const input = inputs.get(one.name);
    const named = { input: one.name };
    if (input === undefined) {
      const hint = inputs.size === 0 ? definitionHint('definition.addInput') : suggestion(one.name, [...inputs.keys()]);
      return { predicate: definitionMismatch('definition.unknownInput', named), hint };
    }
    if (input.password === true && at[0] !== 'env') {
      return {
        predicate: definitionMismatch('definition.passwordVisible', named),
        hint: definitionHint('definition.passwordInEnv'),
      };
    }
    if (job.schedule !== undefined && input.default === undefined) {
      return {
        predicate: definitionMismatch('definition.inputWithoutValue', named),
        hint: definitionHint('definition.addDefault'),
      };
    }
    return null;
  };
  return textsOf(job).flatMap(([at, text]) =>
    placeholdersIn(text).flatMap((one) => {
      const mismatch = wrong(one, at);
      return mismatch === null ? [] : [{ path: [...path, ...at], ...mismatch }];
    }),
  );
}

function checkInputs({ inputs = [] }: JobDefinition, path: Path): Mismatch[] {
  const none = inputs.flatMap(({ default: value, options }, index): Mismatch[] =>
    value === undefined || options === undefined || options.includes(value)
      ? []
      : [{ path: [...path, 'inputs', index, 'default'], predicate: definitionMismatch('definition.notAnOption') }],
  );
  return [...twice(inputs, [...path, 'inputs']), ...none];
}

function twice(ones: readonly { id: string }[], path: Path): Mismatch[] {
  return ones.flatMap(({ id }, index) =>
    ones.findIndex((one) => one.id === id) === index
      ? []
      : [{ path: [...path, index, 'id'], predicate: definitionMismatch('definition.duplicateId', { id }) }],
  );
}

function checkPattern(pattern: string, path: Path): Mismatch[] {
  try {
    new RegExp(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/: /, '') : String(error);
    const predicate = definitionMismatch('definition.regularExpression', { reason });
    return [{ path, predicate, hint: definitionHint('definition.doubleBackslashes') }];
  }
  if (progressGroups.some((group) => pattern.includes(`(?<${group}>`))) return [];
  const predicate = definitionMismatch('definition.progressGroups', { groups: progressGroups.join(', ') });
  return [{ path, predicate, hint: definitionHint('definition.progressExample') }];
}
