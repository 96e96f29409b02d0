/** The pseudoterminal of a live log: filtered output and the outcome of the attempt. It accepts no input. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt } from '../../../shared/job.ts';
import { TerminalFilter } from '../../../shared/terminal/terminalFilter.ts';
import { Emitter, type Event } from '../../base/event.ts';
import type { LogRef } from '../../base/logRef.ts';
import { oneLine, problemText, type Translate } from '../../base/text.ts';
import { type DaemonAccess, isAway } from '../../daemon/access.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import type { JobsModel } from '../../daemon/jobsModel.ts';
import { followLog, type LogEvent } from './follow.ts';
import { hasEnded } from './hasEnded.ts';
import { outcomeSentence } from './outcome.ts';
import { recover } from './recovery.ts';
import { skippedLine } from './skippedLine.ts';

/** Resets colors and the saved cursor position, and goes below the output, wherever the cursor was moved. */
const anew = '\u001b[0m\u001b[9999B\r\u001b7';

/** Characters of a line that is not part of the output. */
const maxLine = 2_000;

export interface LogPtyDeps {
  readonly access: DaemonAccess;
  readonly model: JobsModel;
  readonly t: Translate;
  /** Rows that a terminal keeps. */
  readonly rows: number;
}

/** Shaped as a `vscode.Pseudoterminal`. */
export class LogPty {
  readonly #deps: LogPtyDeps;
  readonly #ref: LogRef;
  #filter = new TerminalFilter();
  readonly #writes = new Emitter<string>();
  readonly #skips = new Emitter<string>();
  readonly #ends = new Emitter<Attempt | undefined>();
  readonly #closed = new AbortController();
  #offlineShown = false;
  /** Whether anything of the output was shown. */
  #begun = false;
  /** Bytes of output skipped so far. */
  #skipped = 0;

  readonly onDidWrite: Event<string> = this.#writes.event;

  /** Fires with each line that mentions skipped output. */
  readonly onDidSkip: Event<string> = this.#skips.event;

  /** Fires once when all output is shown, with the attempt if known. Does not fire after closing. */
  readonly onDidFinish: Event<Attempt | undefined> = this.#ends.event;

  constructor(deps: LogPtyDeps, ref: LogRef) {
    this.#deps = deps;
    this.#ref = ref;
  }

  /** Called when the editor is ready for output. */
  open(): void {
    void this.#run();
  }

  /** Called when the terminal was closed. The job is not affected. */
  close(): void {
    this.#closed.abort(new Error('closed'));
    this.#writes.dispose();
    this.#skips.dispose();
    this.#ends.dispose();
  }

  /** Input is ignored. Ctrl+C shows how to stop the job. */
  handleInput(data: string): void {
    if (!data.includes('\u0003')) return;
    const { t } = this.#deps;
    this.#say(t('This terminal only shows the log. The job keeps running. To stop it, use “Jobdeck: Cancel Job…”.'));
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    try {
      for await (const event of followLog(this.#followDeps(), signal)) this.#handle(event);
      this.#writes.fire(this.#filter.end());
      const attempt = await this.#attempt();
      this.#end(this.#outcome(attempt));
      this.#ends.fire(attempt);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#say(problemText(toJobdeckError(thrown), this.#deps.t));
      this.#ends.fire(undefined);
    }
  }

  #followDeps() {
    const { access, model, rows } = this.#deps;
    return {
      rows,
      hasEnded: () => hasEnded(model.get(this.#ref.jobId), this.#ref.attempt),
      read: async (options: Parameters<Awaited<ReturnType<DaemonAccess['client']>>['readLog']>[2]) =>
        (await access.client()).readLog(this.#ref.jobId, this.#ref.attempt, options),
      recover: (error: unknown, signal: AbortSignal) => recover({ access, model }, this.#ref, error, signal),
      pause: (milliseconds: number, signal: AbortSignal) => pause(milliseconds, undefined, { signal }),
    };
  }

  #handle(event: LogEvent): void {
    const { access, t } = this.#deps;
    switch (event.kind) {
      case 'bytes':
        this.#offlineShown = false;
        this.#begun = true;
        this.#writes.fire(this.#filter.write(event.bytes));
        return;
      case 'skipped':
        this.#skip(event.bytes);
        return;
      case 'interrupted': {
        if (this.#offlineShown || !isAway(access.state)) return;
        this.#offlineShown = true;
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

  #outcome(attempt: Attempt | undefined): string {
    const { t } = this.#deps;
    return attempt === undefined ? t('This attempt has finished.') : outcomeSentence(attempt, t);
  }

  /** A sequence or character that began before the gap doesn't continue after it. */
  #skip(bytes: number): void {
    this.#skipped += bytes;
    this.#filter = new TerminalFilter();
    if (this.#begun) this.#writes.fire(anew);
    this.#saySkipped(skippedLine(bytes, this.#deps.t));
  }

  /** Mentions skipped output again, because the terminal may no longer have the lines where it was. */
  #end(outcome: string): void {
    if (this.#skipped === 0) this.#say(outcome);
    else this.#saySkipped(`${outcome} ${skippedLine(this.#skipped, this.#deps.t)}`);
  }

  #saySkipped(line: string): void {
    const said = oneLine(line, maxLine);
    this.#skips.fire(said);
    this.#say(said);
  }

  #say(sentence: string): void {
    this.#writes.fire(faintLine(sentence));
  }
}

/**
 * A faint line that is not part of the output. It resets colors first. Control characters are removed, because the text
 * may come from a job or a worker.
 */
export function faintLine(sentence: string): string {
  return `\u001b[0m\r\n\u001b[2m${oneLine(sentence, maxLine)}\u001b[0m\r\n`;
}
