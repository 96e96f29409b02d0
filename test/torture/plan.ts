/** Plans the events of a round from its seed before it starts. */
import type { CatchUp, Overlap } from '../../shared/schedule.ts';
import { kindWeights, type PlannedJob, planJob, probeJob } from './kinds.ts';
import { type Moment, moments } from './moments.ts';
import { Random } from './random.ts';

/** A request that the driver sends to the daemon. */
export type Load =
  | { do: 'submit'; job: PlannedJob }
  | { do: 'backfill'; label: string; intervals: number; concurrency: number; afterwards: GroupFollow | null }
  | { do: 'report'; label: string; rows: number; pauseMs: number }
  | { do: 'schedule'; name: string; cron: string; overlap: Overlap; catchUp: CatchUp }
  | { do: 'define' }
  | { do: 'queue'; name: string; concurrency: number | null; rate: number | null }
  | { do: 'pauseQueue'; name: string; resumeAfter: number };

/** Follow-up action on a group: cancel some milliseconds after its start, or retry after its end. */
export type GroupFollow = { do: 'cancel'; after: number } | { do: 'retry' };

/** A fault of the daemon, its jobs, its disk, its clock or its clients. */
export type Fault =
  /**
   * With `on`, happens `delayMs` after the next such moment. The daemon is first stopped for `frozenMs`, while
   * everything it has started continues.
   */
  | { do: 'kill'; on: Moment | null; delayMs: number; frozenMs: number; downMs: number }
  | { do: 'terminate'; killAfterMs: number | null }
  | { do: 'killSupervisor'; which: number }
  | { do: 'killGroup'; which: number }
  | { do: 'killProcess'; which: number; signal: 'SIGKILL' | 'SIGTERM' | 'SIGSEGV' | 'SIGINT' }
  | { do: 'moveClock'; byMs: number }
  | { do: 'fillDisk'; leaveBytes: number; forMs: number }
  | { do: 'readOnly'; forMs: number }
  /** The disk is filled completely, and then a running job is stopped. */
  | { do: 'stopOnFullDisk'; verb: 'cancel' | 'forceFail'; which: number }
  | { do: 'damage'; how: Damage }
  /** The next daemon gets another path of the home. A home that is moved `live` takes the running daemon by surprise. */
  | { do: 'changeHome'; to: HomePath; how: 'kill' | 'terminate' | 'live' }
  /** A file is replaced by something that blocks a reader, and restored once `probe` has run, at the earliest after `forMs`. */
  | {
      do: 'block';
      file: BlockedFile;
      by: 'fifo' | 'device' | 'folder';
      which: number;
      restart: boolean;
      forMs: number;
      probe: PlannedJob;
    }
  /** `daemon.json` is deleted or replaced while the daemon is running. */
  | { do: 'loseInfo'; how: 'deleted' | 'garbage' | 'foreign' | 'fifo' }
  | { do: 'cut'; rudely: boolean }
  | { do: 'stall'; forMs: number; thenCut: boolean }
  | { do: 'everything' };

/** `link`: a symbolic link; `bind`: a bind mount; `move`: the home is moved. */
export type HomePath = 'link' | 'bind' | 'move';

export const blockedFiles = ['log', 'definitions', 'config', 'port', 'daemonLog'] as const;
export type BlockedFile = (typeof blockedFiles)[number];

/** Damage to the database: see damage.ts. */
export const damages = ['empty', 'gone', 'garbage', 'logGone', 'logGarbage'] as const;
export type Damage = (typeof damages)[number];

/** `at`: milliseconds since the start of the round. */
export type Timed<T> = T & { at: number };

export interface Plan {
  seed: number;
  round: number;
  load: Timed<Load>[];
  faults: Timed<Fault>[];
}

export interface Abilities {
  /** Whether file systems can be mounted. */
  disk: boolean;
  /** Whether cgroups can be created. */
  cgroups: boolean;
}

/** Duration of a round without the quiet phase at its end. */
const lengthMs = 12_000;
const loadMs = 9_000;

const usual = {
  kill: 24,
  terminate: 4,
  killSupervisor: 3,
  killGroup: 1,
  killProcess: 3,
  cut: 3,
  stall: 2,
  everything: 1,
  changeHome: 2,
  block: 2,
  loseInfo: 2,
};
/** When the database is damaged, in milliseconds since the start of the round. */
const damageAt = { earliest: 3_000, latest: 8_000 };
const zones = ['steady', 'moving'] as const;

/** Plans a round. Equal numbers yield equal plans on any machine: unsupported faults are removed last. */
export function planRound(seed: number, round: number, abilities: Abilities): Plan {
  const random = new Random(seed, round);
  const clock = random.pick(zones);
  const trouble = random.weighted({ none: 4, disk: 4, damage: 2 });
  const faults = planFaults(random, { clock: clock === 'moving', disk: trouble === 'disk' });
  if (trouble === 'damage') {
    faults.push({ do: 'damage', at: random.whole(damageAt.earliest, damageAt.latest), how: random.pick(damages) });
    faults.sort((a, b) => a.at - b.at);
  }
  const load = planLoad(random, clock === 'moving');
  return {
    seed,
    round,
    load: load.filter((step) => abilities.cgroups || step.do !== 'submit' || !step.job.needsCgroup),
    faults: faults.filter((fault) => abilities.disk || !needsMounts(fault)),
  };
}

/** Whether a fault can be injected only where file systems can be mounted. */
export function needsMounts(fault: Fault): boolean {
  if (fault.do === 'changeHome') return fault.to === 'bind';
  return ['fillDisk', 'readOnly', 'stopOnFullDisk'].includes(fault.do);
}

/** Whether the daemon needs an adjustable clock in this round. */
export function movesClock({ faults }: Plan): boolean {
  return faults.some((fault) => fault.do === 'moveClock');
}

export function setsClockBack({ faults }: Plan): boolean {
  return faults.some((fault) => fault.do === 'moveClock' && fault.byMs < 0);
}

function planLoad(random: Random, clockMoves: boolean): Timed<Load>[] {
  const load: Timed<Load>[] = [];
  const add = (what: Load, at = random.whole(0, loadMs)) => load.push({ at, ...what });
  add({ do: 'queue', name: 'one', concurrency: 1, rate: null }, 0);
  add({ do: 'define' }, 0);
  const roots: string[] = [];
  for (let n = 1; n <= 45; n += 1) {
    const kind = random.weighted(kindWeights);
    const job = planJob(kind, `j${n}`, random);
    // Some arrive together, and thus in one commit.
    const at = random.chance(0.3) ? 500 * random.whole(0, 17) : random.whole(0, loadMs);
    const simple = ['quick', 'exitCode', 'signal', 'slowLog'].includes(kind) && job.repeats;
    if (simple && roots.length > 0 && random.chance(0.4)) {
      const after = [random.pick(roots)];
      Object.assign(job, random.chance(0.6) ? { after } : { afterAny: after });
    } else if (simple) roots.push(job.label);
    add({ do: 'submit', job }, at);
  }
  for (let n = 1; n <= 2; n += 1) {
    add({ do: 'report', label: `r${n}`, rows: random.whole(5, 60), pauseMs: random.whole(0, 60) });
  }
  add({
    do: 'backfill',
    label: 'b1',
    intervals: random.whole(2, 5),
    concurrency: random.whole(1, 3),
    afterwards: null,
  });
  const overlap = random.pick(['skip', 'queue', 'allow'] as const);
  // When the clock jumps by an hour, a hundred runs are missed.
  const catchUp = random.pick(clockMoves ? (['none', 'last'] as const) : (['none', 'last', 'all'] as const));
  add(
    { do: 'schedule', name: 'tick', cron: `*/${random.whole(1, 2)} * * * * *`, overlap, catchUp },
    random.whole(0, 2000),
  );
  for (let n = 0; n < 3; n += 1) {
    const rate = random.chance(0.3) ? random.whole(3, 10) : null;
    add({ do: 'queue', name: 'default', concurrency: random.pick([1, 2, 4, 8, null]), rate });
  }
  add({ do: 'pauseQueue', name: random.pick(['default', 'one']), resumeAfter: random.whole(100, 2000) });
  const group = (label: string, afterwards: GroupFollow) =>
    add({ do: 'backfill', label, intervals: random.whole(2, 5), concurrency: random.whole(1, 5), afterwards });
  group('b2', { do: 'cancel', after: random.whole(0, 1500) });
  group('b3', { do: 'retry' });
  return load.sort((a, b) => a.at - b.at);
}

function planFaults(random: Random, may: { clock: boolean; disk: boolean }): Timed<Fault>[] {
  const ofDisk = may.disk ? 3 : 0;
  const weights = {
    ...usual,
    moveClock: may.clock ? 4 : 0,
    fillDisk: ofDisk,
    readOnly: ofDisk,
    stopOnFullDisk: ofDisk,
  };
  const faults: Timed<Fault>[] = [];
  for (let at = gap(random); at < lengthMs; at += gap(random)) {
    faults.push({ at, ...drawFault(random.weighted(weights), `p${faults.length + 1}`, random) });
  }
  return faults;
}

/** Short gaps hit a starting daemon, long ones a busy one. */
function gap(random: Random): number {
  return random.pick([() => random.whole(0, 150), () => random.whole(150, 500), () => random.whole(500, 900)])();
}

function drawFault(what: Exclude<Fault['do'], 'damage'>, label: string, random: Random): Fault {
  switch (what) {
    case 'kill':
      return {
        do: what,
        on: random.chance(0.4) ? null : random.pick(moments),
        delayMs: random.pick([0, 0, 1, 2, 3, 4, 6, 8, 12, 20]),
        frozenMs: random.pick([0, 20, 40]),
        downMs: random.chance(0.7) ? 0 : random.whole(20, 500),
      };
    case 'terminate':
      return { do: what, killAfterMs: random.chance(0.4) ? random.whole(0, 40) : null };
    case 'killSupervisor':
    case 'killGroup':
      return { do: what, which: random.whole(0, 1_000) };
    case 'killProcess': {
      const signal = random.pick(['SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGINT'] as const);
      return { do: what, which: random.whole(0, 1_000), signal };
    }
    case 'moveClock': {
      const by = random.pick([
        random.whole(500, 5_000),
        random.whole(5_000, 120_000),
        random.whole(120_000, 3_600_000),
      ]);
      return { do: what, byMs: random.chance(0.5) ? by : -by };
    }
    case 'fillDisk':
      return { do: what, leaveBytes: random.pick([0, 0, 4_096, 65_536]), forMs: random.whole(200, 1_500) };
    case 'readOnly':
      return { do: what, forMs: random.whole(200, 1_500) };
    case 'stopOnFullDisk':
      return { do: what, verb: random.pick(['cancel', 'forceFail'] as const), which: random.whole(0, 1_000) };
    case 'changeHome': {
      const to = random.pick(['link', 'bind', 'move', 'move'] as const);
      const how = random.pick(['kill', 'terminate', 'live'] as const);
      return { do: what, to, how: how === 'live' && to !== 'move' ? 'kill' : how };
    }
    case 'block': {
      const file = random.pick(blockedFiles);
      // Other files of the home may not be links, and their folders are tested elsewhere.
      const others = file === 'log' || file === 'definitions';
      const by = random.pick(['fifo', 'fifo', 'device', 'folder'] as const);
      return {
        do: what,
        file,
        by: others ? by : 'fifo',
        which: random.whole(0, 1_000),
        restart: random.chance(0.6),
        forMs: random.whole(0, 800),
        probe: probeJob(label),
      };
    }
    case 'loseInfo':
      return { do: what, how: random.pick(['deleted', 'garbage', 'foreign', 'fifo'] as const) };
    case 'cut':
      return { do: what, rudely: random.chance(0.5) };
    case 'stall':
      return { do: what, forMs: random.whole(100, 1_500), thenCut: random.chance(0.5) };
    case 'everything':
      return { do: what };
  }
}
