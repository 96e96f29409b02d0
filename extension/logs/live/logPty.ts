/** What a log terminal shows: the output through the filter, and how the job ended. It takes no input. */
import { setTimeout as pause } from 'node:timers/promises';
import { formatBytes } from '../../../shared/format.ts';
import type { Attempt } from '../../../shared/job.ts';
import { TerminalFilter } from '../../../shared/terminal/terminalFilter.ts';
import { Emitter, type Event } from '../../base/event.ts';
import type { LogRef } from '../../base/logRef.ts';
import { oneLine, problemText, type Translate } from '../../base/text.ts';
import { type DaemonAccess, isAway } from '../../daemon/access.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import type { JobsModel } from '../../daemon/jobsModel.ts';
import { endingSentence } from './ending.ts';
import { followLog, type LogNews } from './follow.ts';
import { recover } from './recovery.ts';

export interface LogPtyDeps {
  readonly access: DaemonAccess;
  readonly model: JobsModel;
  readonly t: Translate;
}

/** Shaped as a `vscode.Pseudoterminal`. */
export class LogPty {
  readonly #deps: LogPtyDeps;
  readonly #ref: LogRef;
  readonly #filter = new TerminalFilter();
  readonly #writes = new Emitter<string>();
  readonly #ends = new Emitter<Attempt | undefined>();
  readonly #closed = new AbortController();
  #toldOffline = false;

  readonly onDidWrite: Event<string> = this.#writes.event;

  /** Fires once, when all is shown: with the attempt, as far as it is known. Not after it was closed. */
  readonly onDidEnd: Event<Attempt | undefined> = this.#ends.event;

  constructor(deps: LogPtyDeps, ref: LogRef) {
    this.#deps = deps;
    this.#ref = ref;
  }

  /** The editor is ready for output. */
  open(): void {
    void this.#run();
  }

  /** The terminal is gone; the job is not concerned. */
  close(): void {
    this.#closed.abort(new Error('closed'));
    this.#writes.dispose();
    this.#ends.dispose();
  }

  /** Keys change nothing, and Ctrl-C says what would. */
  handleInput(data: string): void {
    if (!data.includes('\u0003')) return;
    const { t } = this.#deps;
    this.#say(t('This terminal only shows the log. The job keeps running. To stop it, use “Jobdeck: Cancel Job”.'));
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    try {
      for await (const news of followLog(this.#followDeps(), signal)) this.#tell(news);
      this.#writes.fire(this.#filter.end());
      const attempt = await this.#attempt();
      this.#say(this.#ending(attempt));
      this.#ends.fire(attempt);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#say(problemText(toJobdeckError(thrown), this.#deps.t));
      this.#ends.fire(undefined);
    }
  }

  #followDeps() {
    const { access, model } = this.#deps;
    return {
      read: async (options: Parameters<Awaited<ReturnType<DaemonAccess['client']>>['readLog']>[2]) =>
        (await access.client()).readLog(this.#ref.jobId, this.#ref.attempt, options),
      recover: (error: unknown, signal: AbortSignal) => recover({ access, model }, this.#ref, error, signal),
      pause: (milliseconds: number, signal: AbortSignal) => pause(milliseconds, undefined, { signal }),
    };
  }

  #tell(news: LogNews): void {
    const { access, t } = this.#deps;
    switch (news.kind) {
      case 'bytes':
        this.#toldOffline = false;
        this.#writes.fire(this.#filter.write(news.bytes));
        return;
      case 'skipped':
        this.#say(t('{0} of output skipped.', formatBytes(news.bytes, t)));
        return;
      case 'interrupted': {
        if (this.#toldOffline || !isAway(access.state)) return;
        this.#toldOffline = true;
        this.#say(
          t(
            'The Jobdeck daemon is not running. The job keeps running, and its log continues here when the daemon is back.',
          ),
        );
      }
    }
  }

  async #attempt(): Promise<Attempt | undefined> {
    const { attempts } = await (await this.#deps.access.client()).get(this.#ref.jobId);
    return attempts.find(({ number }) => number === this.#ref.attempt);
  }

  #ending(attempt: Attempt | undefined): string {
    const { t } = this.#deps;
    return attempt === undefined ? t('This attempt has finished.') : endingSentence(attempt, t);
  }

  #say(sentence: string): void {
    this.#writes.fire(faintLine(sentence));
  }
}

/**
 * A line that is not of the output: faint, whatever colours that left behind. What is in it may come from a job or a
 * worker as well, so that no control character of it gets through either.
 */
export function faintLine(sentence: string): string {
  return `\u001b[0m\r\n\u001b[2m${oneLine(sentence, 2_000)}\u001b[0m\r\n`;
}
