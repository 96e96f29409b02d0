/** Builds the message that submits a task, in protocol 2. See celery/app/amqp.py. Pure. */
import type { JsonObject } from '../../untrustedJson.ts';

export interface NewTask {
  id: string;
  name: string;
  args: unknown[];
  kwargs: JsonObject;
  queue: string;
  /** Milliseconds. */
  eta: number | null;
  /** By the broker's scale. */
  priority: number | null;
  /** The sender, as `process@host`. */
  origin: string;
}

export interface EncodedTask {
  headers: JsonObject;
  body: unknown;
}

/** Celery truncates the displayed arguments to this length. */
const maxReprLength = 1024;

export function encodeTask(task: NewTask): EncodedTask {
  return {
    headers: {
      lang: 'py',
      task: task.name,
      id: task.id,
      shadow: null,
      eta: task.eta === null ? null : new Date(task.eta).toISOString(),
      expires: null,
      group: null,
      group_index: null,
      retries: 0,
      timelimit: [null, null],
      root_id: task.id,
      parent_id: null,
      argsrepr: JSON.stringify(task.args).slice(0, maxReprLength),
      kwargsrepr: JSON.stringify(task.kwargs).slice(0, maxReprLength),
      origin: task.origin,
      ignore_result: false,
    },
    body: [task.args, task.kwargs, { callbacks: null, errbacks: null, chain: null, chord: null }],
  };
}
