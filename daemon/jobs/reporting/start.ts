/** Adds jobs that already run: their programs report them. */
import type { StartRequest } from '../../../shared/reporting.ts';
import type { Tx } from '../../store/tx.ts';
import { cut } from '../../store/values.ts';
import { markStarted } from '../attempts/attempts.ts';
import { joinGroup } from '../groups/membership.ts';
import { newId } from '../ids.ts';
import { reportedEngine } from '../kindOf.ts';
import { timeline } from '../life/timeline.ts';
import { unfinishedAttempt } from '../lookup.ts';
import { defaultQueue } from '../queues/queue.ts';
import { declared, phaseOf, progressOf } from '../steps/steps.ts';
import { harmlessLine, harmlessText } from '../text.ts';
import { noProgress } from './progress.ts';

/** Defaults for reported jobs in milliseconds; null for none. */
export interface ReportingSettings {
  heartbeatMs: number;
  timeLimitMs: number | null;
}

/**
 * Inserts a running job, and returns its ID.
 * @throws JobdeckError INVALID_REQUEST, UNKNOWN_STEP for steps that do not match, JOB_STILL_ACTIVE as `joinGroup`
 */
export function startReported(tx: Tx, request: StartRequest, settings: ReportingSettings, now: number): string {
  const steps = declared([], request.steps ?? []);
  const { total = null, timeLimitMs = settings.timeLimitMs } = request;
  const sum = total === null ? progressOf(steps) : { current: 0, total };
  const membership = joinGroup(tx, { ...request, trigger: 'reported' }, now);
  const id = newId((taken) => tx.jobs.isTaken(taken));
  const commandLine = request.commandLine === undefined ? null : cut(harmlessText(request.commandLine), 1000);
  tx.insertJob(
    {
      id,
      status: 'pending',
      trigger: 'reported',
      engine: reportedEngine,
      queue: defaultQueue,
      priority: 'normal',
      createdAt: now,
      queuedAt: now,
      lastActivityAt: now,
      title: harmlessLine(request.title).trim() || 'Untitled',
      type: harmlessLine(request.type ?? '').trim() || 'reported',
      commandLine,
      cwd: request.cwd ?? null,
      workspace: request.workspace ?? null,
      createdBy: request.createdBy ?? null,
      idempotencyKey: request.idempotencyKey ?? null,
      heartbeatMs: request.heartbeatMs ?? settings.heartbeatMs,
      timeLimitMs,
      ...membership,
      progress: sum && { ...noProgress, ...sum, phase: phaseOf(steps) },
    },
    { input: request.input, metadata: request.metadata, steps: steps.length === 0 ? null : steps },
  );
  tx.insertAttempt(id, { number: 1, launch: 1, status: 'starting', commandLine, createdAt: now });
  tx.updateJob(id, { attempt: 1 });
  const job = tx.jobs.find(id);
  const attempt = job && unfinishedAttempt(tx, job);
  if (!attempt) throw new Error(`The reported job ${id} has no attempt.`);
  tx.addEvent(id, { ...timeline.reported(), at: now, attempt: null });
  markStarted(tx, job, attempt, { pid: null, at: now });
  return id;
}
