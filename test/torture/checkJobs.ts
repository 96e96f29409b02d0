/** Checks that every acknowledged job exists and has the expected outcome. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { Attempt, JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { digest } from './kinds.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Proof } from './proofs.ts';

export interface JobFacts {
  home: string;
  ledger: Ledger;
  /** All existing jobs by ID. */
  jobs: ReadonlyMap<string, JobDetail>;
  proofs: readonly Proof[];
}

/** Exit codes of a supervisor that could not work because of a failing disk. */
const unableToRun = [125, 126, 127];

/** Returns violations as sentences. */
export function checkJobs(facts: JobFacts): string[] {
  const { ledger, jobs } = facts;
  return [
    ...[...ledger.entries.values()].flatMap((entry) => checkEntry(entry, facts)),
    ...[...jobs.values()].flatMap((job) => checkLife(job, facts)),
    ...checkReported(facts),
    ...checkBackfills(facts),
  ];
}

function checkEntry(entry: Entry, facts: JobFacts): string[] {
  const { planned, id } = entry;
  const isLost = facts.ledger.isLost(entry);
  // Its submission may have been lost, or the job it depends on.
  const isExcused = isLost || (facts.ledger.loss !== null && Boolean(planned.after ?? planned.afterAny));
  if (id === null) return planned.repeats && !isExcused ? [`${planned.label} was never acknowledged.`] : [];
  const job = facts.jobs.get(id);
  const name = `${planned.label} (${planned.kind}, job ${id})`;
  if (isLost) return checkFound(entry, job, facts).map((what) => `${name}: ${what}`);
  if (entry.acknowledged.has('remove')) {
    if (entry.metBadDisk) return [];
    const log = join(facts.home, homeFiles.logs, id);
    return [
      ...(job ? [`${name} was removed but still exists.`] : []),
      ...(existsSync(log) ? [`${log} was not deleted.`] : []),
    ];
  }
  if (job === undefined) return planned.follow?.do === 'remove' ? [] : [`${name} was acknowledged but is missing.`];
  return checkOutcome(entry, job, facts).map((what) => `${name}: ${what}`);
}

/** Checks a job that existed when the database was damaged: if it was running, it is found again under its ID. */
function checkFound(entry: Entry, job: JobDetail | undefined, { home, ledger, proofs }: JobFacts): string[] {
  const { planned, id } = entry;
  const attempt = ledger.loss?.launched.get(id ?? '');
  if (attempt === undefined || entry.acknowledged.has('remove')) return [];
  if (job === undefined) return [`it was running when the database was damaged, and is missing.`];
  const { exitCode, log } = planned.expected;
  const hasEnded = proofs.some((proof) => proof.word === 'E' && proof.jobId === id && proof.attempt === attempt);
  const isPlain = !['retries', 'escapeTimeLimit'].includes(planned.kind) && !ledger.killed.has(job.id);
  if (!hasEnded || !isPlain || job.attempt !== attempt || job.status === 'cancelled') return [];
  const bytes = readLog(home, job.id, attempt);
  return [
    ...(exitCode !== undefined && job.exitCode !== exitCode ? [`it is ${summary(job)} instead of ${exitCode}.`] : []),
    ...(log !== undefined && (bytes === null || digest(bytes) !== log) ? ['its log differs from its output.'] : []),
  ];
}

function checkOutcome(entry: Entry, job: JobDetail, facts: JobFacts): string[] {
  const { planned } = entry;
  const wrong: string[] = [];
  if (job.attempt < entry.promisedAttempts)
    wrong.push(`attempt ${entry.promisedAttempts} was acknowledged, but the job is at ${job.attempt}.`);
  const parents = [...(planned.after ?? [])].map((label) => facts.jobs.get(facts.ledger.entries.get(label)?.id ?? ''));
  const isKept = parents.some((parent) => parent !== undefined && parent.status !== 'completed');
  if (isKept) {
    if (job.status !== 'cancelled' || job.error?.code !== 'DEPENDENCY_FAILED' || job.attempt !== 0)
      wrong.push(`a job it depends on failed, but it is ${summary(job)}.`);
    return wrong;
  }
  if (facts.ledger.killed.has(job.id)) return wrong;
  const { status, exitCode, signal, error, attempts, log } = planned.expected;
  if (entry.metBadDisk) {
    const { exitCode: got } = job;
    const isFine = got === null || exitCode === undefined || got === exitCode || unableToRun.includes(got);
    if (!isFine && job.status !== 'cancelled') wrong.push(`it is ${summary(job)} instead of exit code ${exitCode}.`);
    return wrong;
  }
  if (!status.includes(job.status)) wrong.push(`it is ${summary(job)} instead of ${status.join(' or ')}.`);
  if (job.status === 'cancelled') return wrong;
  if (exitCode !== undefined && job.exitCode !== exitCode)
    wrong.push(`it is ${summary(job)} instead of exit code ${exitCode}.`);
  if (signal !== undefined && job.signal !== signal) wrong.push(`it is ${summary(job)} instead of ${signal}.`);
  if (error !== undefined && job.error?.code !== error) wrong.push(`it is ${summary(job)} instead of ${error}.`);
  if (attempts !== undefined && job.attempt !== attempts)
    wrong.push(`it has ${job.attempt} attempts instead of ${attempts}.`);
  if (log !== undefined) {
    const bytes = readLog(facts.home, job.id, job.attempt);
    if (bytes === null || digest(bytes) !== log)
      wrong.push(
        `its log (${bytes?.length ?? 'no'} bytes) differs from its output: ${String(bytes?.subarray(0, 200))}`,
      );
  }
  return wrong;
}

/** Checks what holds for any job. */
function checkLife(job: JobDetail, { proofs, ledger }: JobFacts): string[] {
  const wrong: string[] = [];
  if (!isTerminal(job.status)) {
    const isExcused = job.type === 'reported' && ledger.reported.get(job.title)?.metBadDisk;
    if (!isExcused) wrong.push(`Job ${job.id} (${job.title}, ${job.type}) is stuck: ${summary(job)}.`);
  }
  if (job.engine !== 'local') return wrong;
  const isFound = ledger.loss?.jobs.has(job.id) === true;
  if (!isFound && job.attempts.some(({ number }, index) => number !== index + 1))
    wrong.push(`Job ${job.id} is missing an attempt.`);
  if (job.leftoverCount > 0 && !ledger.mayLeaveProcesses(job.id))
    wrong.push(`Job ${job.id} (${job.title}) has ${job.leftoverCount} processes left.`);
  for (const attempt of job.attempts) {
    const began = proofs.filter(
      (proof) => proof.word === 'S' && proof.jobId === job.id && proof.attempt === attempt.number,
    );
    wrong.push(...checkAttempt(job, attempt, began.length));
  }
  // An earlier database doesn't know the attempts that ran since.
  const since = isFound ? ledger.loss?.proofs : 0;
  const beyond = proofs.slice(since).find(({ jobId, attempt }) => jobId === job.id && attempt > job.attempt);
  if (beyond) wrong.push(`Attempt ${beyond.attempt} of job ${job.id} ran but is missing.`);
  return wrong;
}

function checkAttempt(job: JobDetail, attempt: Attempt, began: number): string[] {
  const name = `Attempt ${attempt.number} of job ${job.id} (${job.title})`;
  if (attempt.status === 'completed' && began === 0) return [`${name} is completed but never ran.`];
  if (attempt.error?.code === 'START_FAILED' && began > 0) return [`${name} ran but is recorded as not started.`];
  return [];
}

function checkReported({ home, ledger, jobs }: JobFacts): string[] {
  return [...ledger.reported].flatMap(([label, { rows, id, code, metBadDisk }]) => {
    const found = [...jobs.values()].filter((job) => job.type === 'reported' && job.title === label);
    const wrong: string[] = [];
    if (found.length > 1) wrong.push(`${label} was reported once but exists ${found.length} times.`);
    const isLost = ledger.loss !== null && metBadDisk;
    if (id !== null && !jobs.has(id) && !isLost) wrong.push(`${label} was acknowledged as ${id} but is missing.`);
    if (code !== 0) wrong.push(`The program that reports ${label} exited with code ${code}.`);
    const [job] = found;
    if (metBadDisk) return wrong;
    if (job === undefined) return [...wrong, `${label} was reported but is missing.`];
    if (job.status !== 'completed' || JSON.stringify(job.result) !== JSON.stringify({ rows }))
      wrong.push(
        `${label} reported ${rows} rows and completed, but it is ${summary(job)} with ${JSON.stringify(job.result)}.`,
      );
    // If the daemon dies between writing the log and the commit, text is duplicated rather than lost.
    const lines = [...new Set(readLog(home, job.id, 1)?.toString().trimEnd().split('\n'))];
    const all = Array.from({ length: rows }, (_, i) => `${label} ${i + 1}`);
    if (lines.join('\n') !== all.join('\n'))
      wrong.push(`${label} (job ${job.id}) has a log that differs from the reports: ${lines.join(' | ')}`);
    return wrong;
  });
}

function checkBackfills({ ledger, jobs }: JobFacts): string[] {
  return [...ledger.backfills].flatMap(([label, { id, jobs: number, afterwards, metBadDisk }]) => {
    if (ledger.loss !== null && metBadDisk) return [];
    const found = [...jobs.values()].filter(({ parentId }) => parentId === id);
    const name = `The backfill ${label} (${id})`;
    if (!jobs.has(id) || found.length !== number) return [`${name} has ${found.length} jobs instead of ${number}.`];
    const undisturbed = found.filter((job) => !metBadDisk && !ledger.killed.has(job.id));
    return undisturbed.flatMap((job) => {
      const isFine =
        afterwards === 'cancel'
          ? job.status === 'cancelled' || job.status === 'completed'
          : afterwards === null || (job.status === 'completed' && job.attempt > 1);
      return isFine ? [] : [`${name} was to ${afterwards}, but its job ${job.id} is ${summary(job)}.`];
    });
  });
}

function readLog(home: string, id: string, attempt: number): Buffer | null {
  const file = join(home, homeFiles.logs, id, `${attempt}.log`);
  return existsSync(file) ? readFileSync(file) : null;
}

function summary(job: JobDetail): string {
  const { status, attempt, exitCode, signal, waitReason, waitDetail, waitUntil } = job;
  const error = job.error === null ? null : `${job.error.code}: ${job.error.message}`;
  return JSON.stringify({ status, attempt, exitCode, signal, error, waitReason, waitDetail, waitUntil });
}
