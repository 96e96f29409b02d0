/** Builders for jobs and snapshots; a test sets only the fields that matter to it. */
import type { Attempt, JobDetail, JobEvent } from '../../../../shared/job.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { SnapshotMessage } from '../../../../shared/panel.ts';

export const start = Date.parse('2026-03-14T09:00:00.000Z');

/** The time this many seconds after the start, in ISO 8601. */
export function at(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString();
}

const possible = { allowed: true, reason: null };
const impossible = { allowed: false, reason: plainMessage('It has started.') };
const others = {
  hold: impossible,
  release: impossible,
  start: impossible,
  priority: impossible,
  input: impossible,
  forceFail: possible,
};

/** A job running its first attempt. */
export function aJob(over: Partial<JobDetail> = {}): JobDetail {
  return {
    id: 'j1',
    title: 'npm run build',
    type: 'build',
    status: 'running',
    waitReason: null,
    waitUntil: null,
    waitDetail: null,
    trigger: 'manual',
    engine: 'local',
    connection: null,
    externalId: null,
    worker: null,
    queue: 'default',
    priority: 'normal',
    commandLine: 'npm run build',
    cwd: '/home/ana/shop',
    workspace: '/home/ana/shop',
    createdBy: 'ana',
    tags: [],
    parentId: null,
    scheduleId: null,
    children: null,
    usualMs: null,
    progress: null,
    error: null,
    attempt: 1,
    exitCode: null,
    signal: null,
    leftoverCount: 0,
    definition: null,
    cancelRequestedAt: null,
    pausedAt: null,
    createdAt: at(0),
    queuedAt: at(0),
    startedAt: at(1),
    lastActivityAt: at(1),
    endedAt: null,
    capabilities: {
      cancel: possible,
      retry: { allowed: false, reason: plainMessage('It is still running.') },
      remove: { allowed: false, reason: plainMessage('It is still running.') },
      pause: possible,
      resume: { allowed: false, reason: plainMessage('It is not paused.') },
      ...others,
    },
    rev: 1,
    command: { argv: ['npm', 'run', 'build'] },
    steps: [],
    retryFromStep: { allowed: false, reason: null },
    input: null,
    result: null,
    metadata: null,
    scope: null,
    rangeStart: null,
    rangeEnd: null,
    resources: null,
    dependencies: [],
    retry: null,
    process: null,
    stopSignal: null,
    timeLimitMs: null,
    weight: 1,
    groupConcurrency: null,
    outputProgress: null,
    attempts: [anAttempt()],
    events: [],
    ...over,
  };
}

/** A job whose first attempt failed with exit code 3. */
export function aFailedJob(over: Partial<JobDetail> = {}): JobDetail {
  const error = { code: 'EXIT_CODE', message: 'It ended with exit code 3.', hint: 'Read its output.', details: 'boom' };
  return aJob({
    status: 'failed',
    exitCode: 3,
    error,
    endedAt: at(31),
    capabilities: {
      cancel: { allowed: false, reason: plainMessage('It has ended.') },
      retry: possible,
      remove: possible,
      pause: { allowed: false, reason: plainMessage('It has ended.') },
      resume: { allowed: false, reason: plainMessage('It has ended.') },
      ...others,
    },
    attempts: [anAttempt({ status: 'failed', exitCode: 3, error, endedAt: at(31) })],
    ...over,
  });
}

export function anAttempt(over: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    status: 'running',
    commandLine: 'npm run build',
    pid: 4312,
    exitCode: null,
    signal: null,
    error: null,
    logBytes: 2_000,
    peakMemoryBytes: null,
    killedAfterMs: null,
    leftovers: [],
    createdAt: at(0),
    startedAt: at(1),
    endedAt: null,
    ...over,
  };
}

export function anEvent(over: Partial<JobEvent> = {}): JobEvent {
  return {
    id: 1,
    at: at(2),
    attempt: 1,
    kind: 'message',
    level: 'info',
    code: null,
    params: {},
    message: 'hello',
    context: null,
    ...over,
  };
}

/** The snapshot of a job while the daemon is connected. */
export function aSnapshot(job: JobDetail | null, over: Partial<SnapshotMessage> = {}): SnapshotMessage {
  return {
    type: 'snapshot',
    jobId: 'j1',
    job,
    attempt: null,
    removed: false,
    link: { state: 'live', since: null, error: null },
    problem: null,
    links: [],
    restricted: false,
    remote: null,
    graceMs: null,
    ...over,
  };
}
