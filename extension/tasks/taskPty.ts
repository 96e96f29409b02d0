/** The pseudoterminal of a task. It shows the live output of a job and ends with it. Terminating the task cancels the job. */

import type { Attempt, Job, JobDetail } from '../../shared/job.ts';
import { waitSentence } from '../../shared/waits.ts';
import { Emitter, type Event } from '../base/event.ts';
import type { LogRef } from '../base/logRef.ts';
import { messageText, problemText, type Translate } from '../base/text.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import { faintLine, LogPty, type LogPtyDeps } from '../logs/live/logPty.ts';
import { started } from './started.ts';
import { exitCodeOf } from './taskEnd.ts';

export interface TaskPtyDeps extends LogPtyDeps {
  /** Starts the job. Rejects with a JobdeckError. */
  submit(): Promise<JobDetail>;
  /** Cancels the job. Rejects with a JobdeckError. */
  cancel(jobId: string): Promise<unknown>;
  /** Whether the terminal that was just closed was closed by terminating the task. */
  isTerminated(): Promise<boolean>;
  /** Called with the log that the terminal shows. */
  showsLog(log: LogPty, ref: LogRef): void;
  /** Logs what can no longer be shown in the terminal. */
  log(line: string): void;
}

const ctrlC = '\u0003';
/** Exit code of a task whose job did not run. */
const notRun = 1;

/** Shaped as a `vscode.Pseudoterminal`. */
export class TaskPty {
  readonly #deps: TaskPtyDeps;
  readonly #writes = new Emitter<string>();
  readonly #closes = new Emitter<number>();
  readonly #gone = new AbortController();
  #submitting: Promise<JobDetail> | null = null;
  #log: LogPty | null = null;
  #over = false;

  readonly onDidWrite: Event<string> = this.#writes.event;

  /** Fires with the job's exit code. */
  readonly onDidClose: Event<number> = this.#closes.event;

  constructor(deps: TaskPtyDeps) {
    this.#deps = deps;
  }

  /** The task is started. */
  open(): void {
    void this.#run();
  }

  /** The terminal is gone, after the job or before it. */
  close(): void {
    this.#gone.abort(new Error('closed'));
    this.#log?.close();
    if (!this.#over) void this.#cancelIfTerminated();
    this.#over = true;
  }

  /** Ctrl+C cancels the job, as it would stop a program in a terminal. */
  handleInput(data: string): void {
    if (!data.includes(ctrlC) || this.#over || this.#submitting === null) return;
    this.#cancel(this.#submitting).catch((error: unknown) => this.#writeError(error));
  }

  async #run(): Promise<void> {
    const { signal } = this.#gone;
    const { model, t } = this.#deps;
    try {
      this.#submitting = this.#deps.submit();
      const { id } = await this.#submitting;
      if (signal.aborted) return;
      this.#say(t('Job {0} keeps running when this terminal is closed. Press Ctrl+C to cancel it.', id));
      const waiting = (job: Job) => {
        this.#say(t('Waiting: {0}.', waitSentence(job, Date.now(), t) ?? ''));
      };
      const job = await started(model, id, { waiting, signal });
      if (job === undefined || job.attempt === 0) {
        this.#say(job === undefined ? t('The job was removed.') : neverStarted(job, t));
        return this.#end(job === undefined ? notRun : exitCodeOf(job));
      }
      this.#show(id, job.attempt);
    } catch (error) {
      if (signal.aborted) return;
      this.#writeError(error);
      this.#end(notRun);
    }
  }

  #show(jobId: string, attempt: number): void {
    const ref = { jobId, attempt };
    const log = new LogPty(this.#deps, ref);
    this.#log = log;
    this.#deps.showsLog(log, ref);
    log.onDidWrite((text) => this.#writes.fire(text));
    log.onDidFinish((ended) => this.#end(this.#exitCode(jobId, ended)));
    log.open();
  }

  /** The exit code of the attempt, or of the job if the attempt could not be read. */
  #exitCode(jobId: string, attempt: Attempt | undefined): number {
    const known = attempt ?? this.#deps.model.get(jobId);
    return known === undefined ? notRun : exitCodeOf(known);
  }

  async #cancelIfTerminated(): Promise<void> {
    const { isTerminated, log } = this.#deps;
    try {
      if (this.#submitting !== null && (await isTerminated())) await this.#cancel(this.#submitting);
    } catch (error) {
      log(`The job of a terminated task was not cancelled: ${toJobdeckError(error).message}`);
    }
  }

  async #cancel(submitting: Promise<JobDetail>): Promise<void> {
    const { id } = await submitting;
    await this.#deps.cancel(id).catch((thrown: unknown) => {
      // The job may finish before the request arrives.
      if (toJobdeckError(thrown).code !== 'JOB_ALREADY_ENDED') throw thrown;
    });
  }

  #end(exitCode: number): void {
    this.#over = true;
    this.#closes.fire(exitCode);
  }

  #writeError(thrown: unknown): void {
    this.#say(problemText(toJobdeckError(thrown), this.#deps.t));
  }

  #say(sentence: string): void {
    this.#writes.fire(faintLine(sentence));
  }
}

function neverStarted({ status, error }: Job, t: Translate): string {
  if (status === 'cancelled') return t('The job was cancelled before it started.');
  return [t('The job failed before it started.'), error === null ? '' : messageText(error, t)].join(' ').trim();
}
