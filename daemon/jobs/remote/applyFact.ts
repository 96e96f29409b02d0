/** Applies a fact from a remote engine, in a transaction. */
import type { RemoteEngineName } from '../../../shared/connection.ts';
import type { JobError } from '../../../shared/job.ts';
import { remoteFailure } from '../../../shared/messages/remoteJobs.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { Fact } from '../../engines/remote.ts';
import { encode } from '../../store/columns.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { usualTime } from '../attempts/usualTime.ts';
import { newId } from '../ids.ts';
import { timeline } from '../life/timeline.ts';
import { harmlessText } from '../text.ts';
import { endDependencies } from '../waiting/dependencies.ts';
import { noWait } from '../waiting/waiting.ts';
import { bounded, changedColumns, columnsOf, harmlessError, harmlessParams, timeOr } from './fields.ts';
import { transitionOf } from './transitions.ts';

export interface FactContext {
  connection: string;
  engine: RemoteEngineName;
  now: number;
}

/** Maximum number of entries that facts add to the timeline of a job. */
const maxEvents = 10_000;

/** Adds the job if it is unknown, then applies the changes of the fact. */
export function applyFact(tx: Tx, context: FactContext, fact: Fact): void {
  const known = tx.remote.find(context.connection, fact.externalId);
  // The job was removed here and must not come back.
  if (known?.jobId === null) return;
  const id = known?.jobId ?? insertSeen(tx, context, fact);
  const job = tx.jobs.find(id);
  // The job was retried and now has another ID.
  if (!job || job.externalId !== fact.externalId) return;
  const { progress, ...rest } = fact;
  // Progress may arrive after the end.
  const isOver = isTerminal(job.status) && job.status !== 'lost';
  applyFields(tx, job, isOver ? rest : fact);
  if (fact.status !== undefined) applyStatus(tx, context, job, fact, (known?.base ?? 0) + (fact.attempt ?? 1));
  addMessages(tx, job, fact);
}

/** Adds a job that the engine reported first. */
function insertSeen(tx: Tx, { connection, engine, now }: FactContext, fact: Fact): string {
  const id = newId((taken) => tx.jobs.isTaken(taken));
  const queuedAt = timeOr(fact.queuedAt, timeOr(fact.at, now, now), now);
  const { title = fact.type ?? fact.externalId, type = engine, queue = connection } = fact;
  const shown = columnsOf({ ...fact, title, type, queue }, null);
  tx.insertJob(
    {
      title,
      type,
      queue,
      priority: 'normal',
      ...shown,
      id,
      status: 'waiting',
      waitReason: 'remoteWorker',
      trigger: fact.trigger ?? 'reported',
      engine,
      connection,
      externalId: fact.externalId,
      createdAt: queuedAt,
      queuedAt,
      lastActivityAt: queuedAt,
    },
    {},
  );
  tx.putRemoteId(connection, fact.externalId, { jobId: id, base: 0 });
  tx.addEvent(id, { ...timeline.seen(connection), at: now, attempt: null });
  return id;
}

function applyFields(tx: Tx, job: JobRow, fact: Fact): void {
  const changes = changedColumns(job, fact);
  if (Object.keys(changes).length > 0) tx.updateJob(job.id, changes);
  const { input, result, metadata, steps } = fact;
  if (input === undefined && result === undefined && metadata === undefined && steps === undefined) return;
  const data = tx.jobs.data(job.id);
  const given = {
    ...(input === undefined ? {} : { input: bounded('input', input) }),
    ...(result === undefined ? {} : { result: bounded('result', result) }),
    ...(metadata === undefined ? {} : { metadata: { ...parse(data?.metadata ?? null), ...metadata } }),
    ...(steps === undefined ? {} : { steps: steps.length === 0 ? null : steps }),
  };
  const changed = Object.entries(given).filter(([name, value]) => {
    const now = data?.[name as keyof typeof given] ?? null;
    return (value === null ? null : JSON.stringify(value)) !== now;
  });
  if (changed.length > 0) tx.updateData(job.id, Object.fromEntries(changed));
}

function applyStatus(tx: Tx, { now }: FactContext, job: JobRow, fact: Fact, number: number): void {
  const latest = tx.attempts.find(job.id, job.attempt);
  const over = latest !== null && latest.endedAt !== null && latest.status !== 'lost';
  const state = { status: job.status, attempt: job.attempt, over };
  const transition = transitionOf(state, number, fact.status ?? job.status, fact.startedAt !== undefined);
  if (transition === null) {
    if (number < job.attempt) fillInEarlier(tx, job, fact, number, timeOr(fact.at, now, now));
    else fillIn(tx, job, latest, fact, number);
    return;
  }
  const at = timeOr(fact.at, now, now);
  if (latest && !over && latest.endedAt === null && number > latest.number) {
    // The error of a fact that ends an attempt is its own.
    const error = transition === 'end' ? unexplained() : errorOf(fact);
    endAttempt(tx, job, latest, { status: 'failed', error, at });
  }
  if (transition === 'wait') {
    wait(tx, job, fact, at);
    return;
  }
  const attempt = attemptOf(tx, job, number, fact, now);
  if (transition === 'run') run(tx, job, attempt, fact, at);
  else end(tx, job, attempt, fact, timeOr(fact.endedAt, at, now));
}

/** A repeated fact about an ended attempt may add the details of its error. */
function fillIn(tx: Tx, job: JobRow, latest: AttemptRow | null, fact: Fact, number: number): void {
  const missing = job.status === 'failed' && latest?.number === number && fact.status === 'failed';
  if (!missing || !fact.error?.details || (JSON.parse(job.error ?? 'null') as JobError | null)?.details) return;
  const error = harmlessError(fact.error);
  tx.updateAttempt(job.id, number, { error });
  tx.updateJob(job.id, { error });
}

/** A late fact about the end of an attempt that a later one has replaced. It does not change the job. */
function fillInEarlier(tx: Tx, job: JobRow, fact: Fact, number: number, at: number): void {
  if (fact.status !== 'failed' || !fact.error || number < 1) return;
  const known = tx.attempts.find(job.id, number);
  const isUnexplained = known?.error == null || (JSON.parse(known.error) as JobError).message === unexplained().message;
  if (known !== null && !(known.status === 'failed' && isUnexplained)) return;
  const error = harmlessError(fact.error);
  if (known === null) endAttempt(tx, job, attemptOf(tx, job, number, fact, at), { status: 'failed', error, at });
  else tx.updateAttempt(job.id, number, { error });
}

function wait(tx: Tx, job: JobRow, fact: Fact, at: number): void {
  const { reason, until, detail } = fact.wait ?? { reason: 'remoteWorker', until: null, detail: null };
  const waits = { waitReason: reason, waitUntil: until, waitDetail: detail };
  if (job.status === 'waiting') {
    const isSame =
      job.waitReason === reason && job.waitUntil === until && job.waitDetail === encode('waitDetail', detail);
    if (!isSame) tx.updateJob(job.id, waits);
    return;
  }
  const again = job.endedAt === null ? {} : { endedAt: null, error: null, cancelRequestedAt: null };
  const worker = fact.worker === undefined ? { worker: null } : {};
  tx.updateJob(job.id, { status: 'waiting', ...waits, ...again, ...worker, lastActivityAt: at });
  tx.addEvent(job.id, { ...timeline.queuedElsewhere(reason), at, attempt: null });
}

/** The attempt with this number, which is added if it does not exist. */
function attemptOf(tx: Tx, job: JobRow, number: number, fact: Fact, now: number): AttemptRow {
  if (tx.attempts.find(job.id, number) === null) {
    const createdAt = timeOr(fact.startedAt ?? fact.at, now, now);
    tx.insertAttempt(job.id, { number, launch: 1, status: 'starting', commandLine: job.commandLine, createdAt });
  }
  const attempt = tx.attempts.find(job.id, number);
  if (!attempt) throw new Error(`Attempt ${number} of job ${job.id} was not added.`);
  return attempt;
}

function run(tx: Tx, job: JobRow, attempt: AttemptRow, fact: Fact, at: number): void {
  const startedAt = attempt.startedAt ?? timeOr(fact.startedAt, at, at);
  const isBack = attempt.status === 'lost';
  const isContinued = attempt.status === 'running';
  tx.updateAttempt(job.id, attempt.number, { status: 'running', startedAt, endedAt: null, error: null });
  const again = job.endedAt === null ? {} : { endedAt: null, error: null };
  tx.updateJob(job.id, {
    status: 'running',
    attempt: attempt.number,
    ...noWait,
    ...again,
    startedAt,
    lastActivityAt: at,
    ...(isBack || isContinued || fact.progress !== undefined ? {} : { progress: null, usualMs: usualTime(tx, job) }),
  });
  const entry = isBack
    ? timeline.workerBack(fact.worker ?? job.worker)
    : timeline.startedElsewhere(fact.worker ?? null);
  tx.addEvent(job.id, { ...(isContinued ? timeline.continued() : entry), at, attempt: attempt.number });
}

function end(tx: Tx, job: JobRow, attempt: AttemptRow, fact: Fact, at: number): void {
  const status = fact.status;
  if (status !== 'completed' && status !== 'failed' && status !== 'cancelled' && status !== 'lost') return;
  const startedAt = attempt.startedAt ?? (fact.startedAt === undefined ? null : Math.min(fact.startedAt, at));
  const endedAt = Math.max(at, startedAt ?? 0);
  const error = status === 'completed' || status === 'cancelled' ? null : errorOf(fact);
  endAttempt(tx, job, { ...attempt, startedAt }, { status, error, at: endedAt });
  const ended = { status, attempt: attempt.number, error, startedAt, endedAt, lastActivityAt: endedAt };
  tx.updateJob(job.id, { ...ended, ...noWait });
  endDependencies(tx, job.id, endedAt);
}

function endAttempt(
  tx: Tx,
  job: JobRow,
  { number, startedAt }: AttemptRow,
  { status, error, at }: { status: 'completed' | 'failed' | 'cancelled' | 'lost'; error: JobError | null; at: number },
): void {
  tx.updateAttempt(job.id, number, { status, error, startedAt, endedAt: Math.max(at, startedAt ?? 0) });
  const ms = startedAt === null ? null : Math.max(0, at - startedAt);
  const entry =
    status === 'lost' ? timeline.lost(error) : timeline.ended(status, { exitCode: null, signal: null, ms, error });
  tx.addEvent(job.id, { ...entry, at, attempt: number });
}

function errorOf({ error }: Fact): JobError {
  return error ? harmlessError(error) : unexplained();
}

function unexplained(): JobError {
  return { ...remoteFailure.problem('REMOTE_FAILED/unexplained'), details: null };
}

function addMessages(tx: Tx, job: JobRow, { messages = [] }: Fact): void {
  for (const { at, level, message, context = null } of messages) {
    const text = harmlessText(message.message);
    if (tx.events.has(job.id, at, text)) continue;
    const attempt = job.attempt === 0 ? null : job.attempt;
    tx.addEvent(job.id, {
      at,
      attempt,
      kind: 'message',
      level,
      code: message.code,
      params: harmlessParams(message.params),
      message: text,
      context: bounded('context', context),
    });
  }
  if (messages.length > 0) tx.trimEvents(job.id, maxEvents);
}

function parse(json: string | null): Record<string, unknown> {
  return json === null ? {} : ((JSON.parse(json) ?? {}) as Record<string, unknown>);
}
