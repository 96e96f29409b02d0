/** The reports of one WebSocket connection. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { CancelRequested, ReportReply, ReportsRefused, ReportsTaken } from '../../../shared/reporting.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { ReportCommands, Reported } from '../../jobs/ports.ts';
import { notOpenToJob } from '../edge/access.ts';
import { toErrorReply } from '../errors.ts';
import type { BatchReader, ReadBatch } from './batchReader.ts';

/** Batches of a connection that are not answered yet; with more of them, no more is read from it. */
const maxUnderWay = 16;

/** The other end of a connection. */
export interface ChannelSink {
  /** `taken` is called when the connection has room for more. */
  send(message: ReportsTaken | ReportsRefused | CancelRequested, taken: () => void): void;
  /** Reads no more, or again. */
  setReading(reading: boolean): void;
}

export interface ChannelDeps {
  programs: ReportCommands;
  reader: BatchReader;
  /** A defect, for `daemon.log`. */
  onDefect(error: unknown): void;
}

export class ReportChannel {
  readonly #deps: ChannelDeps;
  readonly #sink: ChannelSink;
  /** The one job it may report on; null for any. */
  readonly #onlyJob: string | null;
  /** Those reported on that have not ended. */
  readonly #jobs = new Set<string>();
  #underWay = 0;

  constructor(deps: ChannelDeps, sink: ChannelSink, onlyJob: string | null) {
    this.#deps = deps;
    this.#sink = sink;
    this.#onlyJob = onlyJob;
  }

  /**
   * Takes a batch and answers it after the commit.
   * @throws JobdeckError INVALID_REQUEST for what is no batch
   */
  take(message: unknown): void {
    const read = this.#deps.reader.read(message);
    this.#underWay += 1;
    if (this.#underWay === maxUnderWay) this.#sink.setReading(false);
    void this.#answer(read).then((answer) =>
      this.#sink.send(answer, () => {
        this.#underWay -= 1;
        if (this.#underWay === maxUnderWay - 1) this.#sink.setReading(true);
      }),
    );
  }

  /** Somebody wants the job to stop: told when reports on it came over this connection. */
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
    const told = refused.map(({ jobId, error }) => ({ jobId, error: toErrorReply(error).body.error }));
    return { type: 'refused', batch, jobs: replies, refused: told };
  }

  /** What becomes of each entry; when the disk takes none, that of all. */
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
