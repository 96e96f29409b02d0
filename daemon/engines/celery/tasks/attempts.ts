/**
 * Which attempt an event belongs to, and how the latest attempt stands. Only `received` says its number of retries, and
 * the next `received` may come before the `retried` of the attempt before it, and even before its `started`: the worker
 * hears of the two by different ways. So each event is kept as a mark, and what they mean is found by the count of the process
 * that told them: the order in which they come makes no difference. Pure.
 */
export type AttemptEventKind = 'received' | 'started' | 'retried';

export interface AttemptEvent {
  kind: AttemptEventKind;
  /** Host and process that told it. */
  process: string;
  clock: number;
  /** Of `received`, from 1. */
  attempt: number | null;
  /** Of `received`, in milliseconds. */
  eta: number | null;
}

export interface AttemptState {
  /** The latest there is. */
  attempt: number;
  status: 'none' | 'received' | 'running' | 'retrying';
  eta: number | null;
  /** The latest attempt that began; null when none is known to have. */
  latestStarted: number | null;
  /** Whether that has given up its place to the next one. */
  isLatestStartedOver: boolean;
}

/** Of a long chain of retries the latest are kept. */
const maxEvents = 40;

/** With another mark; the same list when it is there already. */
export function withEvent(marks: readonly AttemptEvent[], mark: AttemptEvent): readonly AttemptEvent[] {
  const isSame = (other: AttemptEvent) =>
    other.kind === mark.kind && other.process === mark.process && other.clock === mark.clock;
  return marks.some(isSame) ? marks : [...marks, mark].slice(-maxEvents);
}

interface Attempt {
  received: boolean;
  started: boolean;
  retried: boolean;
  eta: number | null;
}

/** How the latest attempt stands by the marks; `base` is the attempt that is known from elsewhere. */
export function attemptState(marks: readonly AttemptEvent[], base: number): AttemptState {
  const attempts = new Map<number, Attempt>();
  const of = (number: number): Attempt => {
    const attempt = attempts.get(number) ?? { received: false, started: false, retried: false, eta: null };
    attempts.set(number, attempt);
    return attempt;
  };
  for (const process of new Set(marks.map((mark) => mark.process))) {
    const own = marks.filter((mark) => mark.process === process).sort((a, b) => a.clock - b.clock);
    let received: number | null = null;
    // Attempts that were received and have not begun, and that have begun and are not over: the oldest goes first.
    let waiting: number[] = [];
    const begun: number[] = [];
    for (const mark of own) {
      if (mark.kind === 'received') {
        const number = mark.attempt ?? base;
        received = number;
        Object.assign(of(number), { received: true, eta: mark.eta });
        // An attempt is sent by the one before it, so that all before that one are over.
        waiting = [...waiting.filter((other) => other === number - 1), number];
      } else if (mark.kind === 'started') {
        const number: number = waiting.shift() ?? received ?? base;
        of(number).started = true;
        if (!begun.includes(number)) begun.push(number);
      } else of(begun.shift() ?? waiting.shift() ?? received ?? base).retried = true;
    }
  }
  return latestState(attempts, base);
}

function latestState(attempts: ReadonlyMap<number, Attempt>, base: number): AttemptState {
  const retried = [...attempts].filter(([, one]) => one.retried).map(([number]) => number);
  const begun = [...attempts].filter(([, one]) => one.started).map(([number]) => number);
  const attempt = Math.max(base, ...attempts.keys(), ...retried.map((number) => number + 1));
  const latest = attempts.get(attempt);
  const latestStarted = begun.length === 0 ? null : Math.max(...begun);
  const isLatestStartedOver =
    latestStarted !== null && (attempts.get(latestStarted)?.retried === true || latestStarted < attempt - 1);
  const follows = attempts.get(attempt - 1)?.retried === true;
  const status = latest?.started ? 'running' : follows ? 'retrying' : latest?.received ? 'received' : 'none';
  return { attempt, status, eta: latest?.eta ?? null, latestStarted, isLatestStartedOver };
}

/** Whether the attempt before the latest still runs by all that was heard: its `retried` is on its way. */
export function isAwaitingRetried({ attempt, status, latestStarted, isLatestStartedOver }: AttemptState): boolean {
  return status === 'received' && latestStarted === attempt - 1 && !isLatestStartedOver;
}
