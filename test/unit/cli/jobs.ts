/** Builders of jobs. */
import type { Attempt, Job, JobDetail } from '../../../shared/job.ts';

const allowed = { allowed: true, reason: null };
const everything = {
  cancel: allowed,
  retry: allowed,
  remove: allowed,
  pause: allowed,
  resume: allowed,
  hold: allowed,
  release: allowed,
  start: allowed,
  priority: allowed,
  input: allowed,
  forceFail: allowed,
};

/** A job that has been running since noon. */
export function aJob(more: Partial<Job> = {}): Job {
  return {
    ...{
      id: '4k9x2m7qpa',
      title: 'npm test',
      type: 'npm',
      status: 'running',
      waitReason: null,
      waitUntil: null,
      waitDetail: null,
      trigger: 'manual',
    },
    connection: null,
    externalId: null,
    worker: null,
    engine: 'local',
    queue: 'default',
    priority: 'normal',
    commandLine: 'npm test',
    cwd: '/src/app',
    workspace: '/src/app',
    createdBy: 'ann@box',
    parentId: null,
    scheduleId: null,
    progress: null,
    error: null,
    tags: [],
    attempt: 1,
    exitCode: null,
    signal: null,
    leftoverCount: 0,
    definition: null,
    cancelRequestedAt: null,
    pausedAt: null,
    createdAt: '2026-03-01T12:00:00.000Z',
    queuedAt: '2026-03-01T12:00:00.000Z',
    startedAt: '2026-03-01T12:00:00.000Z',
    lastActivityAt: '2026-03-01T12:00:00.000Z',
    endedAt: null,
    capabilities: everything,
    rev: 1,
    children: null,
    usualMs: null,
    ...more,
  } as Job;
}

/** The same with details. */
export function aDetail(more: Partial<JobDetail> = {}): JobDetail {
  return {
    ...aJob(more),
    ...{
      command: { argv: ['npm', 'test'] },
      steps: [],
      input: null,
      retryFromStep: { allowed: false, reason: null },
      result: null,
      metadata: null,
      scope: null,
      process: null,
      stopSignal: null,
    },
    rangeStart: null,
    rangeEnd: null,
    resources: null,
    dependencies: [],
    retry: null,
    timeLimitMs: null,
    weight: 1,
    groupConcurrency: null,
    outputProgress: null,
    attempts: [],
    events: [],
    ...more,
  };
}

/** An attempt that completed. */
export function anAttempt(more: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    status: 'completed',
    commandLine: 'npm test',
    pid: 4711,
    exitCode: 0,
    signal: null,
    error: null,
    ...{
      logBytes: 3400,
      peakMemoryBytes: null,
      killedAfterMs: null,
      leftovers: [],
      createdAt: '2026-03-01T12:00:00.000Z',
      startedAt: '2026-03-01T12:00:00.000Z',
    },
    endedAt: '2026-03-01T12:00:12.000Z',
    ...more,
  } as Attempt;
}
