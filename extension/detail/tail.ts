/** The log of one attempt for a page: its end, then what comes, as fast as the page can show it. */
import type { LogChunk, LogOptions } from '../../shared/client/http.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { LogChunkMessage } from '../../shared/panel.ts';
import type { Disposable } from '../base/event.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import { type FollowDeps, followLog, type LogNews } from '../logs/live/follow.ts';

export interface TailDeps {
  read(attempt: number, options: LogOptions): Promise<LogChunk>;
  /** As `FollowDeps.recover`, for this attempt. */
  recover(attempt: number, error: unknown, signal: AbortSignal): Promise<void>;
  pause: FollowDeps['pause'];
  send(message: LogChunkMessage): void;
}

export class LogTail implements Disposable {
  readonly #deps: TailDeps;
  #sequence = 0;
  #current: { attempt: number; abort: AbortController } | null = null;
  /** It ended with an error, which may go away. */
  #failed = false;
  /** The chunk the page has not shown yet. */
  #awaited: { seq: number; done: () => void } | null = null;

  constructor(deps: TailDeps) {
    this.#deps = deps;
  }

  /** The attempt whose log was last asked for, until stopped. */
  get attempt(): number | null {
    return this.#current?.attempt ?? null;
  }

  /** Sends this attempt's log from now on, starting anew. */
  follow(attempt: number): void {
    this.stop();
    const abort = new AbortController();
    this.#current = { attempt, abort };
    void this.#run(attempt, abort.signal);
  }

  /** Tries again if an error had ended it. */
  retry(): void {
    if (this.#failed && this.#current !== null) this.follow(this.#current.attempt);
  }

  /** The page has shown a chunk. */
  shown(seq: number): void {
    if (this.#awaited?.seq === seq) this.#awaited.done();
  }

  /** Nothing is read or sent any more. */
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

  /** Ends without an error: what it meets is told to the page. */
  async #run(attempt: number, signal: AbortSignal): Promise<void> {
    const story = new Story(attempt, (message) => this.#deliver(message, signal));
    const read = async (options: LogOptions) => {
      const chunk = await this.#deps.read(attempt, options);
      if (chunk.size === 0 && !chunk.ended) await story.begin();
      return chunk;
    };
    const recover = (error: unknown) => this.#deps.recover(attempt, error, signal);
    try {
      const news = followLog({ read, recover, pause: this.#deps.pause }, signal);
      for await (const one of news) {
        await story.tell(one);
        signal.throwIfAborted();
      }
      await story.end(null);
    } catch (error) {
      if (signal.aborted) return;
      this.#failed = true;
      await story.end(toJobdeckError(error).toBody());
    }
  }

  /** Sends a chunk and waits until it is shown, or nobody wants it any more. */
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

/** Tries after which a log that was not seen yet is said to be missing: about a second. */
const missesAtStart = 4;

/** Turns news of a log into chunks for the page. */
class Story {
  readonly #attempt: number;
  readonly #deliver: (message: Omit<LogChunkMessage, 'seq'>) => Promise<void>;
  #decoder = new TextDecoder();
  /** The next chunk starts anew. */
  #reset = true;
  #earlier = false;
  /** How often in a row there was no log. */
  #misses = 0;

  constructor(attempt: number, deliver: (message: Omit<LogChunkMessage, 'seq'>) => Promise<void>) {
    this.#attempt = attempt;
    this.#deliver = deliver;
  }

  /** Tells the page that there is a log, empty as yet. */
  async begin(): Promise<void> {
    if (this.#reset) await this.#chunk('', false, null);
  }

  async tell(news: LogNews): Promise<void> {
    if (news.kind === 'interrupted') return this.#interrupted(news.error);
    this.#misses = 0;
    if (news.kind === 'bytes') return this.#chunk(this.#decoder.decode(news.bytes, { stream: true }), false, null);
    this.#decoder = new TextDecoder();
    this.#reset = true;
    this.#earlier = true;
  }

  /**
   * That the daemon went away is told by the link. A log that is gone under a job that runs is told once; when one is there
   * again, it goes on. That of a job that has just started may only not be there yet.
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
    const earlier = reset && this.#earlier;
    return this.#deliver({ type: 'logChunk', attempt: this.#attempt, reset, earlier, text, ended, error });
  }
}
