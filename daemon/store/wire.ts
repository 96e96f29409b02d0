/** Converts rows to the form that clients receive. */
import type { Attempt, Capabilities, Capability, Children, Job, JobDetail } from '../../shared/job.ts';
import type { AttemptRow, DataRow, DependencyRow, EventRow, JobRow } from './rows.ts';

/** Which actions apply to a job. Decided outside the store, which only sends it. */
export interface JobRules {
  capabilities(job: JobRow): Capabilities;
  retryFromStep(job: JobRow): Capability;
}

/** A job as lists and the change feed carry it. */
export function toJob(row: JobRow, rules: JobRules): Job {
  const { rangeStart, rangeEnd, queueOrder, held, notBefore, retriesUsed, timeLimitMs, ...shown } = row;
  const {
    groupName,
    groupConcurrency,
    weight,
    stdin,
    heartbeatMs,
    progressFromOutput,
    cancelAllowed,
    retryAllowed,
    remoteLimits,
    cancelSignal,
    cancelFirst,
    ...rest
  } = shown;
  return {
    ...rest,
    children: decode<Children>(row.children),
    progress: decode(row.progress),
    error: decode(row.error),
    waitDetail: decode(row.waitDetail),
    tags: decode(row.tags) ?? [],
    definition: decode(row.definition),
    waitUntil: isoOrNull(row.waitUntil),
    cancelRequestedAt: isoOrNull(row.cancelRequestedAt),
    pausedAt: isoOrNull(row.pausedAt),
    createdAt: iso(row.createdAt),
    queuedAt: iso(row.queuedAt),
    startedAt: isoOrNull(row.startedAt),
    lastActivityAt: iso(row.lastActivityAt),
    endedAt: isoOrNull(row.endedAt),
    capabilities: rules.capabilities(row),
  };
}

/** An attempt; `logBytes` is the size of its log file. */
export function toAttempt(row: AttemptRow, logBytes: number | null): Attempt {
  const { launch, deadline, timedOutAt, ...rest } = row;
  return {
    ...rest,
    error: decode(row.error),
    leftovers: decode(row.leftovers) ?? [],
    logBytes,
    createdAt: iso(row.createdAt),
    startedAt: isoOrNull(row.startedAt),
    endedAt: isoOrNull(row.endedAt),
  };
}

/** The parts of a job's detail other than the job. */
export interface DetailParts {
  data: DataRow;
  attempts: Attempt[];
  events: EventRow[];
  dependencies: DependencyRow[];
}

/** Everything about a job except its environment and logs. */
export function toDetail(
  row: JobRow,
  { data, attempts, events, dependencies }: DetailParts,
  rules: JobRules,
): JobDetail {
  return {
    ...toJob(row, rules),
    command: decode(data.command),
    steps: decode(data.steps) ?? [],
    retryFromStep: rules.retryFromStep(row),
    input: decode(data.input),
    result: decode(data.result),
    metadata: decode(data.metadata),
    scope: decode(data.scope),
    rangeStart: isoOrNull(row.rangeStart),
    rangeEnd: isoOrNull(row.rangeEnd),
    resources: null,
    retry: decode(data.retry),
    timeLimitMs: row.timeLimitMs,
    weight: row.weight,
    groupConcurrency: row.groupConcurrency,
    outputProgress: decode(data.outputProgress),
    process: decode(data.process),
    stopSignal: decode(data.stopSignal),
    dependencies: dependencies.map(({ onId, title, always, met }) => ({
      jobId: onId,
      title,
      always: always === 1,
      met: met === 1,
    })),
    attempts,
    events: events.map((event) => ({
      ...event,
      at: iso(event.at),
      params: decode(event.params) ?? {},
      context: decode(event.context),
    })),
  };
}

function decode<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
