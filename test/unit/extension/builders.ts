/** Jobs and connection states for the tests of rows, pages and texts. */

import type { ConnectionState } from '../../../extension/daemon/access.ts';
import type { Attempt, Capabilities, Job } from '../../../shared/job.ts';
import { plainMessage } from '../../../shared/messages/define.ts';
import { isTerminal } from '../../../shared/status.ts';

/** The current time in the tests. */
export const now = Date.parse('2025-06-01T12:00:00.000Z');

/** The time `minutes` before `now`, as on the wire. */
export function ago(minutes: number): string {
  return new Date(now - minutes * 60_000).toISOString();
}

const no = { allowed: false, reason: plainMessage('no') };
const yes = { allowed: true, reason: null };

/** As the daemon computes them, without the reasons. */
function capabilitiesOf({
  status,
  pausedAt,
  waitReason,
  cancelRequestedAt = null,
}: Partial<Job> & Pick<Job, 'status'>): Capabilities {
  const ended = isTerminal(status);
  const paused = status === 'running' && pausedAt != null;
  const starts = status === 'pending' || status === 'waiting';
  const when = (applies: boolean) => (applies ? yes : no);
  return {
    cancel: when(!ended && cancelRequestedAt === null),
    retry: when(ended),
    remove: when(ended),
    pause: when(status === 'running' && !paused),
    resume: when(paused),
    hold: when(starts && waitReason !== 'hold'),
    start: when(starts && waitReason !== 'dependency'),
    priority: when(starts),
    release: when(starts && waitReason === 'hold'),
    input: no,
    forceFail: when(!ended),
  };
}

let last = 0;

/** A running job unless given otherwise. Finished jobs ended a minute ago. */
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
    connection: null,
    externalId: null,
    worker: null,
    queue: 'default',
    priority: 'normal',
    commandLine: 'npm run build',
    cwd: '/home/me/project',
    workspace: '/home/me/project',
    createdBy: null,
    tags: [],
    parentId: null,
    scheduleId: null,
    children: null,
    usualMs: null,
    progress: null,
    error: null,
    attempt: started ? 1 : 0,
    exitCode: status === 'completed' ? 0 : null,
    signal: null,
    leftoverCount: 0,
    definition: null,
    cancelRequestedAt: null,
    pausedAt: null,
    createdAt: ago(10),
    queuedAt: ago(10),
    startedAt: started ? ago(10) : null,
    lastActivityAt: ago(1),
    endedAt: isTerminal(status) ? ago(1) : null,
    capabilities: capabilitiesOf({ ...given, status }),
    rev: last,
    ...given,
  };
}

/** An attempt that completed after nine minutes unless given otherwise. */
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
    killedAfterMs: null,
    leftovers: [],
    createdAt: ago(10),
    startedAt: ago(10),
    endedAt: ago(1),
    ...given,
  };
}

/** Connected without problems unless given otherwise. */
export function makeState(given: Partial<ConnectionState> = {}): ConnectionState {
  return { status: 'connected', error: null, warnings: [], ...given };
}
