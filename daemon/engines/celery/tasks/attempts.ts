/**
 * Which attempt an event belongs to, and how the latest attempt stands. Only `received` says its number of retries, and
 * the next `received` may come before the `retried` of the attempt before it, and even before its `started`: the worker
 * hears of the two by different ways. So each event is kept as a mark, and what they mean is found by the count of the process
 * that told them: the order in which they come makes no difference. Pure.
 */
export type MarkKind = 'received' | 'started' | 'retried';

export interface Mark {
  kind: MarkKind;
  /** Host and process that told it. */
  process: string;
  clock: number;
  /** Of `received`, from 1. */
  attempt: number | null;
  /** Of `received`, in milliseconds. */
  eta: number | null;
}

export interface Standing {
  /** The latest there is. */
  attempt: number;
  status: 'none' | 'received' | 'running' | 'retrying';
  eta: number | null;
  /** The latest attempt that began; null when none is known to have. */
  started: number | null;
  /** Whether that has given up its place to the next one. */
  startedIsOver: boolean;
}

/** Of a long chain of retries the latest are kept. */
const maxMarks = 40;

/** With another mark; the same list when it is there already. */
export function withMark(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  const isSame = (other: Mark) =>
    other.kind === mark.kind && other.process === mark.process && other.clock === mark.clock;
  return marks.some(isSame) ? marks : [...marks, mark].slice(-maxMarks);
}

interface Attempt {
  received: boolean;
  started: boolean;
  retried: boolean;
  eta: number | null;
}

/** How the latest attempt stands by the marks; `base` is the attempt that is known from elsewhere. */
export function standingOf(marks: readonly Mark[], base: number): Standing {
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
  return judge(attempts, base);
}

function judge(attempts: ReadonlyMap<number, Attempt>, base: number): Standing {
  const retried = [...attempts].filter(([, one]) => one.retried).map(([number]) => number);
  const begun = [...attempts].filter(([, one]) => one.started).map(([number]) => number);
  const attempt = Math.max(base, ...attempts.keys(), ...retried.map((number) => number + 1));
  const latest = attempts.get(attempt);
  const started = begun.length === 0 ? null : Math.max(...begun);
  const startedIsOver = started !== null && (attempts.get(started)?.retried === true || started < attempt - 1);
  const follows = attempts.get(attempt - 1)?.retried === true;
  const status = latest?.started ? 'running' : follows ? 'retrying' : latest?.received ? 'received' : 'none';
  return { attempt, status, eta: latest?.eta ?? null, started, startedIsOver };
}

/** Whether the attempt before the latest still runs by all that was heard: its `retried` is on its way. */
export function isBetween({ attempt, status, started, startedIsOver }: Standing): boolean {
  return status === 'received' && started === attempt - 1 && !startedIsOver;
}
