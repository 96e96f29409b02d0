/** Shows logs: live ones in a terminal, finished ones as a document. */
import { access as reach } from 'node:fs/promises';
import * as vscode from 'vscode';
import { JobdeckError } from '../../shared/errors.ts';
import type { Job, JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { type LogRef, startingAttempt } from '../base/logRef.ts';
import type { Translate } from '../base/text.ts';
import type { LogDocuments } from './document/logDocuments.ts';
import type { LogTerminals } from './live/logTerminals.ts';
import { logPath } from './logFiles.ts';

export class LogViews {
  readonly #terminals: LogTerminals;
  readonly #documents: LogDocuments;
  readonly #home: string;
  readonly #t: Translate;

  constructor(terminals: LogTerminals, documents: LogDocuments, home: string, t: Translate) {
    this.#terminals = terminals;
    this.#documents = documents;
    this.#home = home;
    this.#t = t;
  }

  /** Opens the log of an attempt, by default the latest. Rejects with ATTEMPT_NOT_FOUND before the first. */
  async open(job: Job, attempt: number | null, preserveFocus = false): Promise<void> {
    if (job.children !== null) throw this.#ofGroup(job);
    if (job.connection !== null) throw this.#elsewhere(job);
    const ref = { jobId: job.id, attempt: attempt ?? Math.max(1, job.attempt) };
    const live = ref.attempt >= job.attempt && !isTerminal(job.status);
    if (live && job.status === 'waiting' && ref.attempt > job.attempt) throw this.#notStarted(job);
    if (live) this.#terminals.show(ref, job.title, preserveFocus);
    else if (job.attempt === 0) throw this.#notStarted(job);
    else await this.#documents.show(ref, job.title, preserveFocus);
  }

  /** Whether an attempt's live log is what somebody looks at. */
  isActive(ref: LogRef): boolean {
    return this.#terminals.isActive(ref);
  }

  /** Opens the log of the attempt that was just asked for, as it comes. */
  openStarting(job: JobDetail): void {
    this.#terminals.show({ jobId: job.id, attempt: startingAttempt(job) }, job.title, true);
  }

  /** Opens the file itself, of whatever size. Rejects with LOG_NOT_FOUND. */
  async openWhole(ref: LogRef): Promise<void> {
    const path = logPath(this.#home, ref);
    try {
      await reach(path);
    } catch (error) {
      const missing = new JobdeckError(
        'LOG_NOT_FOUND',
        this.#t('The log’s file {0} can’t be read.', path),
        this.#t('It may have been deleted.'),
      );
      missing.cause = error;
      throw missing;
    }
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), { preview: false });
  }

  #ofGroup(job: Job): JobdeckError {
    return new JobdeckError(
      'ATTEMPT_NOT_FOUND',
      this.#t('“{0}” is a group: each of its jobs has a log of its own.', job.title),
      this.#t('Open the log of one of them.'),
    );
  }

  #elsewhere(job: Job): JobdeckError {
    return new JobdeckError(
      'ATTEMPT_NOT_FOUND',
      this.#t('“{0}” has no log here: its output is where it runs.', job.title),
      this.#t('Its details have what its engine tells.'),
    );
  }

  #notStarted(job: Job): JobdeckError {
    return new JobdeckError(
      'ATTEMPT_NOT_FOUND',
      this.#t('“{0}” has no log: it was never started.', job.title),
      job.status === 'waiting' ? this.#t('It still waits for its turn.') : null,
    );
  }
}
