/**
 * Derives the attempts of a task from its events. Only `received` has the number of retries, and the next `received` may
 * arrive before the `retried` or even the `started` of the previous attempt. All events are therefore kept and sorted by
 * the counter of the process that sent them, so that the order of arrival doesn't matter. Pure.
 */
export type AttemptEventKind = 'received' | 'started' | 'retried';

export interface AttemptEvent {
  kind: AttemptEventKind;
  /** Host and process that sent it. */
  process: string;
  clock: number;
  /** Only for `received`; from 1. */
  attempt: number | null;
  /** Only for `received`; milliseconds. */
  eta: number | null;
}

export interface AttemptState {
  /** Number of the latest attempt. */
  attempt: number;
  status: 'none' | 'received' | 'running' | 'retrying';
  eta: number | null;
  /** Number of the latest attempt that is known to have started; null if there is none. */
  latestStarted: number | null;
  /** Whether the next attempt has replaced it. */
  isLatestStartedOver: boolean;
}

/** Only the latest events of a long chain of retries are kept. */
const maxEvents = 40;

/** Adds an event. Returns the same list if it already contains the event. */
export function withEvent(events: readonly AttemptEvent[], event: AttemptEvent): readonly AttemptEvent[] {
  const isSame = (other: AttemptEvent) =>
    other.kind === event.kind && other.process === event.process && other.clock === event.clock;
  return events.some(isSame) ? events : [...events, event].slice(-maxEvents);
}

interface Attempt {
  received: boolean;
  started: boolean;
  retried: boolean;
  eta: number | null;
}

/** The state of the latest attempt; `base` is the number known from other sources. */
export function attemptState(events: readonly AttemptEvent[], base: number): AttemptState {
  const attempts = new Map<number, Attempt>();
  const of = (number: number): Attempt => {
    const attempt = attempts.get(number) ?? { received: false, started: false, retried: false, eta: null };
    attempts.set(number, attempt);
    return attempt;
  };
  for (const [event, number] of assigned(events, base)) {
    const attempt = of(number);
    if (event.kind === 'received') Object.assign(attempt, { received: true, eta: event.eta });
    else attempt[event.kind] = true;
  }
  return latestState(attempts, base);
}

/** The number of the attempt that a `retried` event ends; `events` contains it. */
export function attemptOfRetried(retried: AttemptEvent, events: readonly AttemptEvent[], base: number): number {
  for (const [event, number] of assigned(events, base)) if (event === retried) return number;
  return base;
}

/** Each event with the number of its attempt. */
function* assigned(events: readonly AttemptEvent[], base: number): Generator<[AttemptEvent, number]> {
  for (const process of new Set(events.map((event) => event.process))) {
    const own = events.filter((event) => event.process === process).sort((a, b) => a.clock - b.clock);
    let received: number | null = null;
    // Attempts that were received and not started, and those that were started and not retried; oldest first.
    let waiting: number[] = [];
    const started: number[] = [];
    for (const event of own) {
      if (event.kind === 'received') {
        const number = event.attempt ?? base;
        received = number;
        yield [event, number];
        // An attempt is sent by the previous one, so all attempts before that are over.
        waiting = [...waiting.filter((other) => other === number - 1), number];
      } else if (event.kind === 'started') {
        const number: number = waiting.shift() ?? received ?? base;
        yield [event, number];
        if (!started.includes(number)) started.push(number);
      } else yield [event, started.shift() ?? waiting.shift() ?? received ?? base];
    }
  }
}

function latestState(attempts: ReadonlyMap<number, Attempt>, base: number): AttemptState {
  const retried = [...attempts].filter(([, one]) => one.retried).map(([number]) => number);
  const started = [...attempts].filter(([, one]) => one.started).map(([number]) => number);
  const attempt = Math.max(base, ...attempts.keys(), ...retried.map((number) => number + 1));
  const latest = attempts.get(attempt);
  const latestStarted = started.length === 0 ? null : Math.max(...started);
  const isLatestStartedOver =
    latestStarted !== null && (attempts.get(latestStarted)?.retried === true || latestStarted < attempt - 1);
  const follows = attempts.get(attempt - 1)?.retried === true;
  const status = latest?.started ? 'running' : follows ? 'retrying' : latest?.received ? 'received' : 'none';
  return { attempt, status, eta: latest?.eta ?? null, latestStarted, isLatestStartedOver };
}

/** Whether the `retried` event of the previous attempt hasn't arrived yet. */
export function isAwaitingRetried({ attempt, status, latestStarted, isLatestStartedOver }: AttemptState): boolean {
  return status === 'received' && latestStarted === attempt - 1 && !isLatestStartedOver;
}
