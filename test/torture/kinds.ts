/** Jobs with a known outcome and output. */
import { createHash } from 'node:crypto';
import type { Command, JobStatus } from '../../shared/job.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { escapes } from '../support/escapes.ts';
import type { Random } from './random.ts';

/** Follow-up action after the submission was acknowledged. */
export type Follow =
  | { do: 'cancel' | 'forceFail' | 'release' | 'input'; after: number }
  | { do: 'pause'; after: number; resumeAfter: number }
  /** Stops the job, and retries it with `command` when it has ended. */
  | { do: 'replace'; by: 'cancel' | 'forceFail'; after: number; command: Command }
  /** After the job has ended. */
  | { do: 'retry' | 'remove' | 'stopLeftovers' };

/** Outcome of a job that is not disturbed by faults. */
export interface Expected {
  status: JobStatus[];
  exitCode?: number | null;
  signal?: string;
  error?: string;
  /** Number of attempts at the end. Omitted values are not checked. */
  attempts?: number;
  /** SHA-256 of the entire log. */
  log?: string;
}

/** A planned job in plain JSON, which a failing round prints. */
export interface PlannedJob {
  label: string;
  kind: string;
  request: Omit<SubmitRequest, 'env' | 'cwd' | 'after' | 'afterAny'>;
  /** Labels of the jobs it depends on. */
  after?: string[];
  afterAny?: string[];
  /** Submitted repeatedly with a key until acknowledged. Otherwise submitted once, whatever the result. */
  repeats: boolean;
  /** It can only be stopped completely where cgroups can be created. */
  needsCgroup: boolean;
  follow: Follow | null;
  expected: Expected;
}

type Made = Pick<PlannedJob, 'request' | 'expected'> & { follow?: Follow; needsCgroup?: boolean };

/** Stands for digits that identify the processes of this job on this machine, which sleep for `ownSeconds`. */
export const ownDigits = '@OWN@';
const ownSeconds = `3600.${ownDigits}`;

export function digest(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * A shell command that leaves a proof: it appends a line to a file outside the home when it starts and when it ends.
 * The shell appends each line in one write, so lines of different jobs don't mix.
 */
const proven = (body: string, status = 0) => `${proof('S')}\n${body}\n${proof('E')}\nexit ${status}`;
const proof = (word: 'S' | 'E' | 'B') =>
  `printf '${word} %s %s %s %s\\n' "$LABEL" "$JOBDECK_JOB_ID" "$JOBDECK_ATTEMPT" "\${JOBDECK_SCHEDULED_FOR:--}" >>"$PROOF"`;
const sh = (body: string, status = 0) => ({ argv: ['/bin/sh', '-c', proven(body, status)] });

/** The command of schedule runs and backfill intervals. The ones to be retried fail at first. */
export const provenCommands = {
  quick: sh('echo "$LABEL"'),
  cancel: sh('sleep 0.7; echo "$LABEL"'),
  retry: sh(`[ "$JOBDECK_ATTEMPT" -gt 1 ] || { ${proof('E')}; exit 5; }`),
} as const;

const ok = (log: string): Expected => ({ status: ['completed'], exitCode: 0, log: digest(log) });
const never = 'while :; do sleep 0.1; done';

/** Whether a process of this job sleeps. The brackets keep grep from finding itself. */
const sleeps = `grep -qzsx '[3]${ownSeconds.slice(1)}' /proc/[0-9]*/cmdline`;

/** A job whose processes leave its process group in a way that is drawn. From its second attempt on, it only looks for them. */
function escaping(random: Random): { command: Command; again: Command; needsCgroup: boolean } {
  const { line, needsCgroup = false } = random.pick(escapes);
  const again = sh(`! ${sleeps} || ${proof('B')}; echo "$LABEL"`);
  const first = `${proof('S')}\n${line(ownSeconds)}\nexit 1`;
  const command = { argv: ['/bin/sh', '-c', `[ "$JOBDECK_ATTEMPT" -gt 1 ] || {\n${first}\n}\n${again.argv[2]}`] };
  return { command, again, needsCgroup };
}

/** Job kinds by name. Each draws its random parts and returns the expected outcome. */
const kinds = {
  quick: (label) => ({ request: { command: sh('echo "$LABEL"') }, expected: ok(`${label}\n`) }),
  shellLine: (label) => ({
    request: { command: { shell: proven('echo "$LABEL" | tr a-z A-Z') } },
    expected: ok(`${label.toUpperCase()}\n`),
  }),
  exitCode(label, random) {
    const status = random.whole(1, 120);
    return {
      request: { command: sh('echo "$LABEL"', status) },
      expected: { status: ['failed'], exitCode: status, attempts: 1, log: digest(`${label}\n`) },
    };
  },
  signal(label, random) {
    const [name, number] = random.pick([['TERM', 15] as const, ['KILL', 9] as const, ['USR1', 10] as const]);
    return {
      request: { command: sh(`echo "$LABEL"; kill -${name} $$; sleep 60`) },
      expected: {
        status: ['failed'],
        exitCode: 128 + number,
        signal: `SIG${name}`,
        attempts: 1,
        log: digest(`${label}\n`),
      },
    };
  },
  bigLog(label, random) {
    const lines = random.whole(20_000, 120_000);
    const half = Math.floor(lines / 2);
    const text = (from: number, to: number) => `seq -f "$LABEL %.0f" ${from} ${to}`;
    const whole = Array.from({ length: lines }, (_, i) => `${label} ${i + 1}\n`).join('');
    return {
      request: { command: sh(`${text(1, half)}; sleep 0.${random.whole(1, 9)}; ${text(half + 1, lines)}`) },
      expected: ok(whole),
    };
  },
  slowLog(label, random) {
    const lines = random.whole(5, 25);
    return {
      request: { command: sh(`for i in $(seq 1 ${lines}); do echo "[$i/${lines}] $LABEL"; sleep 0.05; done`) },
      expected: ok(Array.from({ length: lines }, (_, i) => `[${i + 1}/${lines}] ${label}\n`).join('')),
    };
  },
  grandchildren: (label) => ({
    request: { command: sh(`sh -c 'sh -c "sleep 0.4; echo inner" & wait; echo middle'; echo "$LABEL"`) },
    expected: ok(`inner\nmiddle\n${label}\n`),
  }),
  oddEnvironment: (label) => ({ request: { command: sh('echo "$LABEL"') }, expected: ok(`${label}\n`) }),
  stubborn: (_label, random) => ({
    request: { command: sh(`trap '' TERM INT HUP; echo ready; ${never}`) },
    follow: { do: 'cancel', after: random.whole(0, 1500) },
    expected: { status: ['cancelled'] },
  }),
  stubbornTree: (_label, random) => ({
    request: { command: sh(`(trap '' TERM HUP; sh -c '${never}') & ${never}`) },
    follow: { do: 'cancel', after: random.whole(0, 1500) },
    expected: { status: ['cancelled'] },
  }),
  cancelled: (_label, random) => ({
    request: { command: sh(`sleep 0.${random.whole(1, 9)}; echo done`) },
    follow: { do: 'cancel', after: random.whole(0, 800) },
    expected: { status: ['cancelled', 'completed'] },
  }),
  input: (label, random) => ({
    request: { command: sh('read -r line; echo "got $line"'), stdin: true },
    follow: { do: 'input', after: random.whole(0, 500) },
    expected: ok(`got ${label}\n`),
  }),
  retries(label, random) {
    const attempts = random.whole(2, 4);
    const succeeds = random.chance(0.6);
    const body = `echo "$LABEL $JOBDECK_ATTEMPT"; [ "$JOBDECK_ATTEMPT" -lt ${attempts} ] && { ${proof('E')}; exit 9; }`;
    return {
      request: {
        command: sh(body, succeeds ? 0 : 9),
        retry: { attempts: attempts - 1, delayMs: random.whole(0, 300), backoff: 'fixed' },
      },
      expected: {
        status: [succeeds ? 'completed' : 'failed'],
        exitCode: succeeds ? 0 : 9,
        attempts,
        log: digest(`${label} ${attempts}\n`),
      },
    };
  },
  timeLimit: () => ({
    request: { command: sh(never), timeLimitMs: 1000 },
    expected: { status: ['failed'], error: 'TIME_LIMIT', attempts: 1 },
  }),
  held: (label, random) => ({
    request: { command: sh('echo "$LABEL"'), hold: true },
    follow: { do: 'release', after: random.whole(0, 1000) },
    expected: ok(`${label}\n`),
  }),
  paused: (label, random) => ({
    request: { command: sh('sleep 0.5; echo "$LABEL"') },
    follow: { do: 'pause', after: random.whole(100, 500), resumeAfter: random.whole(100, 1000) },
    expected: ok(`${label}\n`),
  }),
  forced: (_label, random) => ({
    request: { command: sh(`trap '' TERM; ${never}`) },
    follow: { do: 'forceFail', after: random.whole(0, 1000) },
    expected: { status: ['failed'], error: 'FORCE_FAILED' },
  }),
  oneAtATime: (label) => ({
    request: { command: sh('sleep 0.05; echo "$LABEL"'), queue: 'one' },
    expected: ok(`${label}\n`),
  }),
  inGroup(label, random) {
    const status = random.chance(0.8) ? 0 : 4;
    const request = { command: sh('echo "$LABEL"', status), group: 'team', groupConcurrency: 2, weight: 2 };
    return { request, expected: { ...ok(`${label}\n`), status: [status ? 'failed' : 'completed'], exitCode: status } };
  },
  retriedByHand: (label) => ({
    request: { command: sh('echo "$LABEL"', 3) },
    follow: { do: 'retry' },
    expected: { status: ['failed'], exitCode: 3, log: digest(`${label}\n`) },
  }),
  escapeStopped(label, random) {
    const { command, again, needsCgroup } = escaping(random);
    const by = random.pick(['cancel', 'forceFail'] as const);
    return {
      request: { command },
      follow: { do: 'replace', by, after: random.whole(0, 1500), command: again },
      expected: ok(`${label}\n`),
      needsCgroup,
    };
  },
  escapeTimeLimit(label, random) {
    const { command, needsCgroup } = escaping(random);
    return {
      request: { command, timeLimitMs: random.whole(1000, 1500), retry: { attempts: 1, delayMs: 0, backoff: 'fixed' } },
      expected: { ...ok(`${label}\n`), attempts: 2 },
      needsCgroup,
    };
  },
  leavesProcesses: (label) => ({
    request: { command: sh(`setsid sleep ${ownSeconds} & until ${sleeps}; do sleep 0.05; done; echo "$LABEL"`) },
    follow: { do: 'stopLeftovers' },
    expected: ok(`${label}\n`),
  }),
  removed: () => ({
    request: { command: sh('echo "$LABEL"') },
    follow: { do: 'remove' },
    expected: { status: ['completed'] },
  }),
} as const satisfies Record<string, (label: string, random: Random) => Made>;

export type KindName = keyof typeof kinds;

/** Relative frequency of each kind. */
export const kindWeights: Readonly<Record<KindName, number>> = {
  quick: 8,
  shellLine: 2,
  exitCode: 4,
  signal: 3,
  bigLog: 2,
  slowLog: 3,
  grandchildren: 3,
  oddEnvironment: 1,
  stubborn: 2,
  stubbornTree: 2,
  cancelled: 3,
  input: 3,
  retries: 3,
  timeLimit: 1,
  held: 2,
  paused: 2,
  forced: 2,
  oneAtATime: 4,
  inGroup: 5,
  retriedByHand: 2,
  escapeStopped: 4,
  escapeTimeLimit: 1,
  leavesProcesses: 2,
  removed: 2,
};

/** The queue of the probes, which no fault pauses. */
export const probeQueue = 'probe';

/** A job that shows that the daemon still runs jobs. */
export function probeJob(label: string): PlannedJob {
  const request = { command: sh('echo "$LABEL"'), title: label, type: 'probe', queue: probeQueue };
  const expected = ok(`${label}\n`);
  return { label, kind: 'probe', request, expected, repeats: true, needsCgroup: false, follow: null };
}

/** Plans a job. One in five is submitted once without a key, and nothing is done to it. */
export function planJob(kind: KindName, label: string, random: Random): PlannedJob {
  const make: (label: string, random: Random) => Made = kinds[kind];
  const { request, expected, follow, needsCgroup = false } = make(label, random);
  return {
    label,
    kind,
    expected,
    needsCgroup,
    follow: follow ?? null,
    request: { title: label, type: kind, ...request },
    repeats: follow !== undefined || random.chance(0.8),
  };
}
