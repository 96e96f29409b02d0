/** Putting a new job into the database, in a transaction: the same for a command of a user and for what Jobdeck starts by itself. */
import { homedir } from 'node:os';
import type { SubmitRequest } from '../../shared/protocol.ts';
import type { Tx } from '../store/tx.ts';
import { checkNotBefore } from './checks.ts';
import { addDependencies } from './dependencies.ts';
import { defaultTitle, defaultType } from './describe.ts';
import { newId } from './ids.ts';
import { defaultQueue, existingQueue } from './queues.ts';
import { fullPolicy } from './retries.ts';
import { timeline } from './timeline.ts';
import { settle } from './waiting.ts';

/** The engine of jobs that are submitted. */
export const localEngine = 'local';

/** What a job is part of that nobody can ask for in a request. */
export interface Origin {
  /** The schedule whose run it is. */
  scheduleId?: string;
  /** What of its kind it covers, such as the time it was due; JSON. */
  scope?: unknown;
}

/**
 * Inserts a new job, has it wait for what it has to and returns its id.
 * @throws JobdeckError UNKNOWN_QUEUE, INVALID_REQUEST, JOB_NOT_FOUND
 */
export function insertJob(tx: Tx, request: SubmitRequest, now: number, { scheduleId, scope }: Origin = {}): string {
  const { command, cwd = homedir() } = request;
  const queue = existingQueue(tx, request.queue ?? defaultQueue).name;
  const id = newId((taken) => tx.isTaken(taken));
  const times = { createdAt: now, queuedAt: now, lastActivityAt: now };
  const notBefore = checkNotBefore(request.notBefore, now);
  tx.insertJob(
    {
      ...{ id, status: 'pending', engine: localEngine, cwd, ...times },
      title: request.title?.trim() || defaultTitle(command),
      type: request.type?.trim() || defaultType(command),
      trigger: request.trigger ?? 'manual',
      queue,
      priority: request.priority ?? 'normal',
      ...{ held: request.hold === true ? 1 : 0, notBefore, timeLimitMs: request.timeLimitMs ?? null },
      workspace: request.workspace ?? null,
      createdBy: request.createdBy ?? null,
      scheduleId: scheduleId ?? null,
      idempotencyKey: request.idempotencyKey ?? null,
    },
    {
      command,
      retry: fullPolicy(request.retry),
      env: request.env,
      input: request.input,
      metadata: request.metadata,
      scope,
    },
  );
  tx.addEvent(id, { ...timeline.submitted(), at: now, attempt: null });
  addDependencies(tx, id, request, now);
  settle(tx, id, now);
  return id;
}
