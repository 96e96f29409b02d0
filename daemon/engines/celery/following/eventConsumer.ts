/** What comes by itself: events of workers and tasks, results, and every sign of life. */
import type { Fact } from '../../remote.ts';
import type { Commands, Live } from '../commands/commands.ts';
import type { TaskBook } from '../tasks/taskTracker.ts';
import { isEnding, readEvents, type TaskEvent, type WorkerEvent } from '../wire/events.ts';
import type { Message } from '../wire/messages.ts';
import type { ResultMeta } from '../wire/results.ts';
import type { HeldEndings } from './earlyResults.ts';
import type { RemoteClocks } from './workerClocks.ts';
import type { WorkerWatch } from './workerMonitor.ts';
import type { Workers } from './workerRegistry.ts';

export interface HearingParts {
  /** The connection that stands; null when none does. */
  live(): Live | null;
  clocks: RemoteClocks;
  workers: Workers;
  book: TaskBook;
  watch: WorkerWatch;
  held: HeldEndings;
  commands: Commands;
  now(): number;
  tell(facts: readonly Fact[]): void;
  changed(): void;
  onProblem(error: unknown, about: string): void;
}

const maxNotes = 20;

export class Hearing {
  readonly #parts: HearingParts;
  /** What was seen and can't be read, in sentences. */
  readonly unreadable = new Set<string>();

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  events(message: Message): void {
    if (message.body.opaque !== null) {
      this.sawUnreadable(`Events that are ${message.body.opaque} are not read.`);
      return;
    }
    const { clocks, book, held, now, tell } = this.#parts;
    const facts: Fact[] = [];
    const ended: string[] = [];
    for (const { of, event } of readEvents(message.body)) {
      if (event.timestamp !== null) clocks.heard(event.host, event.timestamp, now());
      if (of === 'worker') this.#worker(event);
      else if (of === 'custom') facts.push(...book.onCustom(event));
      else {
        facts.push(...this.#task(event));
        if (isEnding(event)) ended.push(event.id);
      }
    }
    tell(facts);
    for (const id of ended) held.release(id);
  }

  result(id: string, meta: ResultMeta): void {
    const { book, workers, held, tell } = this.#parts;
    // Results overtake events, which alone say when a task began.
    const isEarly = meta.isFinal && meta.state !== 'REVOKED' && !book.hasBegun(id) && workers.sendEvents();
    if (isEarly && held.hold(id, meta)) return;
    tell(book.onMeta(id, meta, 'event'));
  }

  /** A sign of life of a worker. */
  heard(host: string): void {
    const { workers, watch, now } = this.#parts;
    if (!workers.seen(host, now())) return;
    this.#then('greeting a worker', ({ asking }) => watch.introduce(asking, [host]));
  }

  sawUnreadable(note: string): void {
    if (this.unreadable.has(note) || this.unreadable.size >= maxNotes) return;
    this.unreadable.add(note);
    this.#parts.changed();
  }

  #task(event: TaskEvent): Fact[] {
    const { book, workers, commands } = this.#parts;
    // What is sent is told by a client.
    if (event.kind !== 'sent') {
      this.heard(event.host);
      workers.told(event.host, { sends: true });
    }
    const facts = book.onEvent(event);
    if (event.kind === 'started') commands.onStarted(event.id);
    if (isEnding(event)) commands.onEnded(event.id);
    return facts;
  }

  #worker(event: WorkerEvent): void {
    const { workers, watch, now, changed } = this.#parts;
    const { host, kind } = event;
    const change = workers.heard(event, now());
    changed();
    // One that was just starting when it was asked who it is.
    const isStranger = kind === 'heartbeat' && workers.get(host)?.stats === null;
    if (change === 'replaced') this.#then('greeting a worker', ({ asking }) => watch.replaced(asking, host));
    else if (change === 'left') this.#then('asking a worker', ({ asking }) => watch.left(asking, host));
    else if (change === 'came' || isStranger) {
      this.#then('greeting a worker', ({ asking }) => watch.introduce(asking, [host]));
    }
  }

  #then(about: string, call: (live: Live) => Promise<void>): void {
    const { live, onProblem } = this.#parts;
    // The first of it may be heard just before the connection is known to stand.
    queueMicrotask(() => {
      const now = live();
      if (now === null) return;
      call(now).catch((error: unknown) => {
        if (live() === now) onProblem(error, about);
      });
    });
  }
}
