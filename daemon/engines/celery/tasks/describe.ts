/** What is shown of a task beside how it stands: its name, its call and where it comes from. Pure. */

import { plainMessage } from '../../../../shared/messages/define.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import type { Fact } from '../../remote.ts';
import type { JsonObject } from '../../untrustedJson.ts';
import type { TaskEvent } from '../wire/events.ts';
import type { TaskInfo } from '../wire/inspectReplies.ts';
import type { TaskMessage } from '../wire/messages.ts';
import type { ResultMeta } from '../wire/results.ts';

export type Described = Pick<
  Fact,
  'title' | 'type' | 'queue' | 'worker' | 'commandLine' | 'createdBy' | 'input' | 'metadata' | 'limits'
>;

export const noSteps = 'Celery has no steps.';
export const argumentsUnknown =
  'Its arguments are not known: Celery tells them to others only cut and as text. With “result_extended=True” in the configuration of the application they are.';
const argumentsOpaque = (why: string) =>
  `Its arguments can't be read: the message is ${why}, and only plain JSON is read here, since reading a pickle runs it.`;

/** Limits of a task whose arguments are known, or why they are not. */
export function retryLimits(why: string | null): NonNullable<Fact['limits']> {
  return { retry: whyNot(why), retryFromStep: plainMessage(noSteps) };
}

/** Why an action is not supported; null when it is. */
export function whyNot(why: string | null): Message | null {
  return why === null ? null : plainMessage(why);
}

/** Of its message. `queue`: where it lies, or came from. */
export function describeMessage(task: TaskMessage, queue: string | null): Described {
  const { name, args, kwargs, argsText, kwargsText } = task;
  const isKnown = args !== null && kwargs !== null;
  return {
    ...named(name),
    ...(queue === null ? {} : { queue }),
    ...(name === null
      ? {}
      : { commandLine: isKnown ? formatCall(name, args, kwargs) : formatTextCall(name, argsText, kwargsText) }),
    ...(task.origin === null ? {} : { createdBy: task.origin }),
    ...(isKnown ? { input: { args, kwargs } } : {}),
    metadata: withoutNulls({
      ...{ taskId: task.id, task: name, queue, rootId: task.rootId, parentId: task.parentId },
      ...{ priority: task.priority, eta: toIso(task.eta), expires: toIso(task.expires), origin: task.origin },
    }),
    limits: retryLimits(isKnown ? null : task.opaque === null ? argumentsUnknown : argumentsOpaque(task.opaque)),
  };
}

/** Of `sent` or `received`; without arguments, which these have only as text. */
export function describeEvent({ id, name, argsText, kwargsText, ...event }: TaskEvent): Described {
  return {
    ...named(name),
    ...(event.queue === null ? {} : { queue: event.queue }),
    ...(name === null ? {} : { commandLine: formatTextCall(name, argsText, kwargsText) }),
    ...(event.kind === 'sent' ? { createdBy: event.host } : {}),
    metadata: withoutNulls({
      ...{ taskId: id, task: name, queue: event.queue, rootId: event.rootId, parentId: event.parentId },
      ...{ eta: toIso(event.eta), expires: toIso(event.expires) },
    }),
  };
}

/** Of its result, which has arguments only with `result_extended`. */
export function describeResult(id: string, { name, queue, worker, args, kwargs }: ResultMeta): Described {
  return {
    ...(name === null ? {} : { ...named(name), metadata: withoutNulls({ taskId: id, task: name, queue }) }),
    ...(queue === null ? {} : { queue }),
    ...(worker === null ? {} : { worker }),
    ...withInput(name, args, kwargs),
    ...(args === null || kwargs === null ? {} : { limits: retryLimits(null) }),
  };
}

/** Of what a worker says of it. */
export function describeTaskInfo({ id, name, queue, pid, args, kwargs }: TaskInfo): Described {
  return {
    ...named(name),
    ...(queue === null ? {} : { queue }),
    ...withInput(name, args, kwargs),
    metadata: withoutNulls({ taskId: id, task: name, queue, pid }),
  };
}

function withInput(name: string | null, args: unknown[] | null, kwargs: JsonObject | null): Described {
  if (args === null || kwargs === null) return {};
  return { input: { args, kwargs }, ...(name === null ? {} : { commandLine: formatCall(name, args, kwargs) }) };
}

function named(name: string | null): Pick<Described, 'title' | 'type'> {
  return name === null ? {} : { title: name, type: name };
}

/** A call as Python has it, its values as JSON. */
export function formatCall(name: string, args: readonly unknown[], kwargs: JsonObject): string {
  const named = Object.entries(kwargs).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${name}(${[...args.map((value) => JSON.stringify(value)), ...named].join(', ')})`;
}

function formatTextCall(name: string, argsText: string | null, kwargsText: string | null): string {
  const args = (argsText ?? '').replace(/^[([](.*?),?[)\]]$/s, '$1');
  const kwargs = kwargsText === null || kwargsText === '{}' ? '' : `**${kwargsText}`;
  return `${name}(${[args, kwargs].filter((part) => part !== '').join(', ')})`;
}

export function toIso(ms: number | null): string | null {
  return ms === null || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
}

/** Without what is not known, so that it replaces nothing. */
export function withoutNulls(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}
