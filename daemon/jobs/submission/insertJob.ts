/** Inserts new jobs in a transaction, both for commands of users and for jobs that Jobdeck starts itself. */
import { homedir } from 'node:os';
import type { Interval } from '../../../shared/backfill.ts';
import type { SubmitRequest } from '../../../shared/protocol.ts';
import type { NewJob, Tx } from '../../store/tx.ts';
import { joinGroup } from '../groups/membership.ts';
import { newId } from '../ids.ts';
import { localEngine } from '../kindOf.ts';
import { timeline } from '../life/timeline.ts';
import { defaultQueue, existingQueue } from '../queues/queue.ts';
import { declared } from '../steps/steps.ts';
import { addDependencies } from '../waiting/dependencies.ts';
import { settle } from '../waiting/waiting.ts';
import { checkNotBefore } from './checks.ts';
import { defaultTitle, defaultType, fullPolicy } from './defaults.ts';

/** Fields of a job that can't be set by a request, such as its schedule or its interval. */
export type Origin = Partial<NewJob> & {
  /** What the job covers, such as the time it was due; JSON. */
  scope?: unknown;
};

/**
 * Inserts a new job, which is queued or waits, and returns its ID. Errors of the queue, the time or the group occur
 * before anything is written.
 * @throws JobdeckError UNKNOWN_STEP, UNKNOWN_QUEUE, INVALID_REQUEST, JOB_NOT_FOUND, JOB_STILL_ACTIVE
 */
export function insertJob(tx: Tx, request: SubmitRequest, now: number, { scope, ...own }: Origin = {}): string {
  const { command, cwd = homedir() } = request;
  const queue = existingQueue(tx, request.queue ?? defaultQueue).name;
  const id = newId((taken) => tx.jobs.isTaken(taken));
  const notBefore = checkNotBefore(request.notBefore, now);
  const steps = declared([], request.steps ?? []);
  const membership = joinGroup(tx, request, now);
  tx.insertJob(
    {
      id,
      status: 'pending',
      engine: localEngine,
      cwd,
      createdAt: now,
      queuedAt: now,
      lastActivityAt: now,
      title: request.title?.trim() || defaultTitle(command),
      type: request.type?.trim() || defaultType(command),
      trigger: request.trigger ?? 'manual',
      queue,
      priority: request.priority ?? 'normal',
      held: request.hold === true ? 1 : 0,
      notBefore,
      timeLimitMs: request.timeLimitMs ?? null,
      stdin: request.stdin === true ? 1 : 0,
      workspace: request.workspace ?? null,
      createdBy: request.createdBy ?? null,
      tags: tagsOf(request),
      definition: request.definition ?? null,
      idempotencyKey: request.idempotencyKey ?? null,
      ...membership,
      ...own,
    },
    {
      command,
      retry: fullPolicy(request.retry),
      outputProgress: request.outputProgress ?? null,
      ...(steps.length === 0 ? {} : { steps, declaredSteps: request.steps }),
      process: request.process,
      stopSignal: request.stopSignal,
      env: request.env,
      input: request.input,
      metadata: request.metadata,
      scope,
    },
  );
  tx.addEvent(id, { ...timeline.submitted(intervalOf(own)), at: now, attempt: null });
  addDependencies(tx, id, request, now);
  settle(tx, id, now);
  return id;
}

/** Each tag once. */
function tagsOf({ tags = [] }: SubmitRequest): string[] | null {
  return tags.length === 0 ? null : [...new Set(tags)];
}

/** The interval of a job of a backfill. */
function intervalOf({ rangeStart = null, rangeEnd = null }: Partial<NewJob>): Interval | null {
  if (rangeStart === null || rangeEnd === null) return null;
  return { start: new Date(rangeStart).toISOString(), end: new Date(rangeEnd).toISOString() };
}
