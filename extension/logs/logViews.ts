/** Shows logs: live logs in a terminal, finished logs as a document. */
import { access as reach } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Job, JobDetail } from '../../shared/job.ts';
import { editorProblem } from '../../shared/messages/editor.ts';
import { isTerminal } from '../../shared/status.ts';
import { type LogRef, startingAttempt } from '../base/logRef.ts';
import type { Ending } from './analysis/opening.ts';
import type { LogDocuments } from './document/logDocuments.ts';
import type { LogTerminals } from './live/logTerminals.ts';
import { logPath } from './logFiles.ts';

export class LogViews {
  readonly #terminals: LogTerminals;
  readonly #documents: LogDocuments;
  readonly #home: string;

  constructor(terminals: LogTerminals, documents: LogDocuments, home: string) {
    this.#terminals = terminals;
    this.#documents = documents;
    this.#home = home;
  }

  /**
   * Opens the log of an attempt, by default the latest. `line`, from 1, is where the log of a finished one opens. Rejects
   * with ATTEMPT_NOT_FOUND if there is none.
   */
  async open(job: Job, attempt: number | null, { line = null }: { line?: number | null } = {}): Promise<void> {
    if (job.children !== null) throw editorProblem('ATTEMPT_NOT_FOUND/group', { job: job.title });
    if (job.connection !== null) throw editorProblem('ATTEMPT_NOT_FOUND/remote', { job: job.title });
    const ref = { jobId: job.id, attempt: attempt ?? Math.max(1, job.attempt) };
    const live = ref.attempt >= job.attempt && !isTerminal(job.status);
    if (live && job.status === 'waiting' && ref.attempt > job.attempt) throw notStarted(job);
    if (live) this.#terminals.show(ref, job.title, false);
    else if (job.attempt === 0) throw notStarted(job);
    else await this.#documents.show(ref, job.title, { ending: endingOf(job, ref.attempt), line });
  }

  /** The attempt whose live log is the active tab. */
  get active(): LogRef | null {
    return this.#terminals.active;
  }

  /** Whether the log of an attempt is visible, or will be in a moment. */
  isVisible(ref: LogRef): boolean {
    return this.#terminals.isVisible(ref) || this.#documents.isVisible(ref);
  }

  /** Whether a document has its log from the first line on. */
  isWhole(document: vscode.Uri): boolean {
    return this.#documents.rendered(document)?.noticeLines === 0;
  }

  /** Opens the live log of an attempt that was just requested. */
  openStarting(job: JobDetail): void {
    this.#terminals.show({ jobId: job.id, attempt: startingAttempt(job) }, job.title, true);
  }

  /** Opens the log file itself, regardless of size. Rejects with LOG_NOT_FOUND. */
  async openWhole(ref: LogRef): Promise<void> {
    const path = logPath(this.#home, ref);
    try {
      await reach(path);
    } catch (error) {
      const missing = editorProblem('LOG_NOT_FOUND/file', { file: path });
      missing.cause = error;
      throw missing;
    }
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), { preview: false });
  }
}

/** How an attempt ended. Of earlier attempts, the window doesn’t know the error, but most of them have failed. */
function endingOf({ attempt, status, error }: Job, number: number): Ending {
  return number < attempt ? { status: 'failed', error: null } : { status, error };
}

function notStarted({ status, title }: Job) {
  const variant = status === 'waiting' ? 'waiting' : 'notStarted';
  return editorProblem(`ATTEMPT_NOT_FOUND/${variant}`, { job: title });
}
