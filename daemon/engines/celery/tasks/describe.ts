/** Describes tasks: name, call, queue and origin. Pure. */
import { celeryMessage } from '../../../../shared/messages/celery.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import type { Fact } from '../../remote.ts';
import type { JsonObject } from '../../untrustedJson.ts';
import type { TaskEvent } from '../wire/events.ts';
import type { TaskInfo } from '../wire/inspectReplies.ts';
import type { Opaque, TaskMessage } from '../wire/messages.ts';
import type { ResultMeta } from '../wire/results.ts';

export type Described = Pick<
  Fact,
  'title' | 'type' | 'queue' | 'worker' | 'commandLine' | 'createdBy' | 'input' | 'metadata' | 'limits'
>;

export const noSteps = celeryMessage('celery.noSteps');
export const argumentsUnknown = celeryMessage('celery.argumentsUnknown');

/** The limits of a task. `retry`: why it can't be retried; null if its arguments are known. */
export function retryLimits(retry: Message | null): NonNullable<Fact['limits']> {
  return { retry, retryFromStep: noSteps };
}

function argumentsOpaque(opaque: Opaque): Message {
  switch (opaque.kind) {
    case 'compressed':
      return celeryMessage('celery.argumentsCompressed', { compression: opaque.compression });
    case 'serialized':
      return celeryMessage('celery.argumentsSerialized', { serializer: opaque.serializer });
    case 'malformed':
      return celeryMessage('celery.argumentsMalformed');
  }
}

/** From its message. `queue`: the queue that it is in, or was delivered from. */
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
      taskId: task.id,
      task: name,
      queue,
      rootId: task.rootId,
      parentId: task.parentId,
      priority: task.priority,
      eta: toIso(task.eta),
      expires: toIso(task.expires),
      origin: task.origin,
    }),
    limits: retryLimits(isKnown ? null : task.opaque === null ? argumentsUnknown : argumentsOpaque(task.opaque)),
  };
}

/** From `sent` or `received`; without arguments, because these events have them only as text. */
export function describeEvent({ id, name, argsText, kwargsText, ...event }: TaskEvent): Described {
  return {
    ...named(name),
    ...(event.queue === null ? {} : { queue: event.queue }),
    ...(name === null ? {} : { commandLine: formatTextCall(name, argsText, kwargsText) }),
    ...(event.kind === 'sent' ? { createdBy: event.host } : {}),
    metadata: withoutNulls({
      taskId: id,
      task: name,
      queue: event.queue,
      rootId: event.rootId,
      parentId: event.parentId,
      eta: toIso(event.eta),
      expires: toIso(event.expires),
    }),
  };
}

/** From its result, which has arguments only with `result_extended`. */
export function describeResult(id: string, { name, queue, worker, args, kwargs }: ResultMeta): Described {
  return {
    ...(name === null ? {} : { ...named(name), metadata: withoutNulls({ taskId: id, task: name, queue }) }),
    ...(queue === null ? {} : { queue }),
    ...(worker === null ? {} : { worker }),
    ...withInput(name, args, kwargs),
    ...(args === null || kwargs === null ? {} : { limits: retryLimits(null) }),
  };
}

/** From a worker's reply to an inspection. */
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

/** A call in Python syntax with JSON values. */
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

/** Omits unknown fields, so that they don't overwrite known ones. */
export function withoutNulls(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}
