/** Streams the log of an attempt to a page: its end, then new output, at the pace of the page. */
import type { LogChunk, LogOptions } from '../../shared/client/http.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { LogChunkMessage } from '../../shared/panel.ts';
import type { Disposable } from '../base/event.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import { type FollowDeps, followLog, type LogEvent } from '../logs/live/follow.ts';

export interface TailDeps {
  read(attempt: number, options: LogOptions): Promise<LogChunk>;
  /** Whether the attempt is known to have finished. */
  hasEnded(attempt: number): boolean;
  /** `FollowDeps.recover` for this attempt. */
  recover(attempt: number, error: unknown, signal: AbortSignal): Promise<void>;
  pause: FollowDeps['pause'];
  send(message: LogChunkMessage): void;
}

export class LogTail implements Disposable {
  readonly #deps: TailDeps;
  #sequence = 0;
  #current: { attempt: number; abort: AbortController } | null = null;
  /** It stopped with an error, which may go away. */
  #failed = false;
  /** The chunk that the page has not shown yet. */
  #awaited: { seq: number; done: () => void } | null = null;

  constructor(deps: TailDeps) {
    this.#deps = deps;
  }

  /** The attempt whose log is followed, until stopped. */
  get attempt(): number | null {
    return this.#current?.attempt ?? null;
  }

  /** Follows the log of this attempt, from the start. */
  follow(attempt: number): void {
    this.stop();
    const abort = new AbortController();
    this.#current = { attempt, abort };
    void this.#run(attempt, abort.signal);
  }

  /** Follows again if it stopped with an error. */
  retry(): void {
    if (this.#failed && this.#current !== null) this.follow(this.#current.attempt);
  }

  /** The page has shown a chunk. */
  shown(seq: number): void {
    if (this.#awaited?.seq === seq) this.#awaited.done();
  }

  /** Stops reading and sending. */
  stop(): void {
    this.#current?.abort.abort();
    this.#current = null;
    this.#failed = false;
    this.#awaited?.done();
    this.#awaited = null;
  }

  dispose(): void {
    this.stop();
  }

  /** Never rejects: errors are sent to the page. */
  async #run(attempt: number, signal: AbortSignal): Promise<void> {
    const chunks = new ChunkWriter(attempt, (message) => this.#deliver(message, signal));
    const read = async (options: LogOptions) => {
      const chunk = await this.#deps.read(attempt, options);
      if (chunk.size === 0 && !chunk.ended) await chunks.begin();
      return chunk;
    };
    const recover = (error: unknown) => this.#deps.recover(attempt, error, signal);
    try {
      const hasEnded = () => this.#deps.hasEnded(attempt);
      const events = followLog({ read, hasEnded, rows, recover, pause: this.#deps.pause }, signal);
      for await (const event of events) {
        await chunks.write(event);
        signal.throwIfAborted();
      }
      await chunks.end(null);
    } catch (error) {
      if (signal.aborted) return;
      this.#failed = true;
      await chunks.end(toJobdeckError(error).toBody());
    }
  }

  /** Sends a chunk and waits until it is shown, or the log is no longer followed. */
  #deliver(message: Omit<LogChunkMessage, 'seq'>, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    this.#sequence += 1;
    const seq = this.#sequence;
    return new Promise((done) => {
      this.#awaited = { seq, done };
      this.#deps.send({ ...message, seq });
    });
  }
}

/** Rows shown of a log that is cut. The page keeps somewhat more. */
const rows = 4_500;
/** Tries before a log that has not appeared yet is reported as missing: about a second. */
const missesAtStart = 4;

/** Turns log events into chunks for the page. */
class ChunkWriter {
  readonly #attempt: number;
  readonly #deliver: (message: Omit<LogChunkMessage, 'seq'>) => Promise<void>;
  #decoder = new TextDecoder();
  /** The next chunk replaces what the page shows. */
  #reset = true;
  /** Bytes of output that the page no longer shows, and that it shows. */
  #skipped = 0;
  #shown = 0;
  /** Number of consecutive tries without a log. */
  #misses = 0;

  constructor(attempt: number, deliver: (message: Omit<LogChunkMessage, 'seq'>) => Promise<void>) {
    this.#attempt = attempt;
    this.#deliver = deliver;
  }

  /** Tells the page that the log exists but is still empty. */
  async begin(): Promise<void> {
    if (this.#reset) await this.#chunk('', false, null);
  }

  async write(event: LogEvent): Promise<void> {
    if (event.kind === 'interrupted') return this.#interrupted(event.error);
    this.#misses = 0;
    if (event.kind === 'bytes') {
      this.#shown += event.bytes.length;
      return this.#chunk(this.#decoder.decode(event.bytes, { stream: true }), false, null);
    }
    // The page starts anew, so what it shows so far is skipped, too.
    this.#decoder = new TextDecoder();
    this.#reset = true;
    this.#skipped += this.#shown + event.bytes;
    this.#shown = 0;
  }

  /**
   * The page shows a lost connection elsewhere. A log that disappears while its job runs is reported once, and followed
   * again if it reappears. The log of a job that just started may not exist yet.
   */
  async #interrupted(thrown: unknown): Promise<void> {
    const error = toJobdeckError(thrown);
    if (error.code !== 'LOG_NOT_FOUND') return;
    this.#misses += 1;
    if (this.#misses === (this.#reset ? missesAtStart : 1)) await this.#chunk('', false, error.toBody());
  }

  end(error: ErrorBody | null): Promise<void> {
    return this.#chunk(this.#decoder.decode(), true, error);
  }

  #chunk(text: string, ended: boolean, error: ErrorBody | null): Promise<void> {
    const reset = this.#reset;
    this.#reset = false;
    const skipped = reset ? this.#skipped : 0;
    return this.#deliver({ type: 'logChunk', attempt: this.#attempt, reset, skipped, text, ended, error });
  }
}
