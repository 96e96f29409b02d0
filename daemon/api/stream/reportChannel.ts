/** Takes the reports of one WebSocket connection and answers them. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { CancelRequested, ReportReply, ReportsRefused, ReportsTaken } from '../../../shared/reporting.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { ReportCommands, Reported } from '../../jobs/ports.ts';
import { notOpenToJob } from '../edge/access.ts';
import { toErrorReply } from '../errors.ts';
import type { BatchReader, ReadBatch } from './batchReader.ts';

/** Unanswered batches at which the daemon stops reading from the connection. */
const maxPending = 16;

/** The client's end of a connection. */
export interface ChannelSink {
  /** `onSent` is called when the connection can take more. */
  send(message: ReportsTaken | ReportsRefused | CancelRequested, onSent: () => void): void;
  /** Pauses or resumes reading. */
  setReading(reading: boolean): void;
}

export interface ChannelDeps {
  programs: ReportCommands;
  reader: BatchReader;
  /** Called with unexpected errors, for `daemon.log`. */
  onDefect(error: unknown): void;
}

export class ReportChannel {
  readonly #deps: ChannelDeps;
  readonly #sink: ChannelSink;
  /** The only job it may report on; null for any. */
  readonly #onlyJob: string | null;
  /** Jobs that the client reported on and that are still active. */
  readonly #jobs = new Set<string>();
  #pending = 0;

  constructor(deps: ChannelDeps, sink: ChannelSink, onlyJob: string | null) {
    this.#deps = deps;
    this.#sink = sink;
    this.#onlyJob = onlyJob;
  }

  /**
   * Takes a batch and answers it after the commit.
   * @throws JobdeckError INVALID_REQUEST if the message is not a batch
   */
  take(message: unknown): void {
    const read = this.#deps.reader.read(message);
    this.#pending += 1;
    if (this.#pending === maxPending) this.#sink.setReading(false);
    void this.#answer(read).then((answer) =>
      this.#sink.send(answer, () => {
        this.#pending -= 1;
        if (this.#pending === maxPending - 1) this.#sink.setReading(true);
      }),
    );
  }

  /** Forwards a cancel request if the client reports on this job. */
  cancelRequested(jobId: string): void {
    if (this.#jobs.has(jobId)) this.#sink.send({ type: 'cancelRequested', jobId }, () => undefined);
  }

  async #answer({ batch, jobs }: ReadBatch): Promise<ReportsTaken | ReportsRefused> {
    const refused: { jobId: string; error: unknown }[] = [];
    const reported: Reported[] = [];
    for (const entry of jobs) {
      const { jobId } = entry;
      const forbidden = this.#onlyJob === null || this.#onlyJob === jobId ? null : notOpenToJob(this.#onlyJob);
      if (forbidden !== null) refused.push({ jobId, error: forbidden });
      else if ('error' in entry) refused.push(entry);
      else reported.push(entry);
    }
    const replies: ReportReply[] = [];
    for (const [index, outcome] of (await this.#report(reported)).entries()) {
      const jobId = reported[index]?.jobId ?? '';
      if (outcome instanceof Error) refused.push({ jobId, error: outcome });
      else {
        replies.push(outcome);
        if (isTerminal(outcome.status)) this.#jobs.delete(jobId);
        else this.#jobs.add(jobId);
      }
    }
    if (refused.length === 0) return { type: 'reported', batch, jobs: replies };
    const errors = refused.map(({ jobId, error }) => ({ jobId, error: toErrorReply(error).body.error }));
    return { type: 'refused', batch, jobs: replies, refused: errors };
  }

  /** The outcome of each entry. If the write fails, all entries share the error. */
  async #report(reported: readonly Reported[]): Promise<(ReportReply | Error)[]> {
    if (reported.length === 0) return [];
    try {
      return await this.#deps.programs.report(reported);
    } catch (error) {
      if (!(error instanceof JobdeckError)) this.#deps.onDefect(error);
      return reported.map(() => (error instanceof Error ? error : new Error(String(error))));
    }
  }
}
