/** Jobs and connection states for the tests of what is drawn from them. */
import type { ConnectionState } from '../../../extension/daemon/access.ts';
import type { Attempt, Capabilities, Job } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';

/** The moment the tests draw things at. */
export const now = Date.parse('2025-06-01T12:00:00.000Z');

/** `minutes` before that moment, as on the wire. */
export function ago(minutes: number): string {
  return new Date(now - minutes * 60_000).toISOString();
}

const no = { allowed: false, reason: 'no' };
const yes = { allowed: true, reason: null };

function capabilitiesOf(status: Job['status']): Capabilities {
  const ended = isTerminal(status);
  return {
    cancel: ended ? no : yes,
    retry: ended ? yes : no,
    remove: ended ? yes : no,
    pause: ended ? no : yes,
    resume: no,
    hold: no,
    release: no,
    input: no,
    forceFail: ended ? no : yes,
  };
}

let last = 0;

/** A running job, but for what is given. Ended ones ended a minute ago. */
export function makeJob(given: Partial<Job> = {}): Job {
  last += 1;
  const status = given.status ?? 'running';
  const started = status !== 'pending' && status !== 'waiting';
  return {
    id: `job${String(last).padStart(4, '0')}`,
    title: 'npm run build',
    type: 'build',
    status,
    waitReason: null,
    waitUntil: null,
    waitDetail: null,
    trigger: 'manual',
    engine: 'local',
    queue: 'default',
    priority: 'normal',
    commandLine: 'npm run build',
    cwd: '/home/me/project',
    workspace: '/home/me/project',
    createdBy: null,
    parentId: null,
    scheduleId: null,
    children: null,
    usualMs: null,
    progress: null,
    error: null,
    attempt: started ? 1 : 0,
    exitCode: status === 'completed' ? 0 : null,
    signal: null,
    cancelRequestedAt: null,
    pausedAt: null,
    createdAt: ago(10),
    queuedAt: ago(10),
    startedAt: started ? ago(10) : null,
    lastActivityAt: ago(1),
    endedAt: isTerminal(status) ? ago(1) : null,
    capabilities: capabilitiesOf(status),
    rev: last,
    ...given,
  };
}

/** A completed attempt of nine minutes, but for what is given. */
export function makeAttempt(given: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    status: 'completed',
    commandLine: 'npm run build',
    pid: 4711,
    exitCode: 0,
    signal: null,
    error: null,
    logBytes: 10,
    peakMemoryBytes: null,
    createdAt: ago(10),
    startedAt: ago(10),
    endedAt: ago(1),
    ...given,
  };
}

/** Connected and well, but for what is given. */
export function makeState(given: Partial<ConnectionState> = {}): ConnectionState {
  return { status: 'connected', error: null, warnings: [], ...given };
}
