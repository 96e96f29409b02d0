/** Handles the reports of programs on jobs that they run, or on local jobs that run them. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { Progress, Step } from '../../../shared/job.ts';
import type { ProgressReply, StartRequest } from '../../../shared/reporting.ts';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import { timeline } from '../life/timeline.ts';
import { notFound } from '../lookup.ts';
import type { LogFiles, ReportCommands, Reported, ReportOutcome, Submitted } from '../ports.ts';
import type { Writer } from '../writer.ts';
import { ReportBatch } from './reportBatch.ts';
import { type ReportingSettings, startReported } from './start.ts';

export interface ProgramReportsDeps {
  store: Store;
  writer: Writer;
  logs: LogFiles;
  clock: Clock;
  settings: ReportingSettings;
}

/** Reports of the same turn of the event loop share one write, so that a job is written once. */
interface Gathered {
  batches: { reported: readonly Reported[]; outcomes: ReportOutcome[] }[];
  committed: Promise<void>;
}

export class ProgramReports implements ReportCommands {
  readonly #deps: ProgramReportsDeps;
  #gathered: Gathered | null = null;

  constructor(deps: ProgramReportsDeps) {
    this.#deps = deps;
  }

  async start(request: StartRequest): Promise<Submitted> {
    const { store, writer, settings, clock } = this.#deps;
    const { idempotencyKey: key } = request;
    const { id, created } = await writer.write((tx) => {
      const known = key === undefined ? null : tx.jobs.byKey(key);
      if (key === undefined || known === null) {
        return { id: startReported(tx, request, settings, clock.now()), created: true };
      }
      tx.addEvent(known, { ...timeline.submittedAgain(key), at: clock.now(), attempt: null });
      return { id: known, created: false };
    });
    const job = store.detail(id);
    if (!job) throw notFound(id);
    return { job, created };
  }

  async report(reported: readonly Reported[]): Promise<ReportOutcome[]> {
    const own: Gathered['batches'][number] = { reported, outcomes: [] };
    this.#gathered ??= this.#gather();
    this.#gathered.batches.push(own);
    await this.#gathered.committed;
    return own.outcomes;
  }

  #gather(): Gathered {
    const batches: Gathered['batches'] = [];
    const close = () => {
      if (this.#gathered?.batches === batches) this.#gathered = null;
    };
    const committed = this.#deps.writer.write((tx) => {
      close();
      const accepting = new ReportBatch(tx, { logs: this.#deps.logs, now: this.#deps.clock.now() });
      for (const batch of batches) batch.outcomes = batch.reported.map((one) => outcomeOf(accepting, one));
      const refused = accepting.write();
      if (refused.size === 0) return;
      for (const batch of batches) {
        batch.outcomes = batch.outcomes.map((outcome, at) => refused.get(batch.reported[at]?.jobId ?? '') ?? outcome);
      }
    });
    // A full disk may refuse before the closure runs.
    committed.catch(close);
    return { batches, committed };
  }

  progress(id: string): ProgressReply {
    return this.#deps.store.read((rows) => {
      const job = rows.reports.job(id);
      if (!job) throw notFound(id);
      const steps = rows.jobs.data(id)?.steps;
      return {
        jobId: id,
        taken: false,
        status: job.status,
        cancelRequested: job.cancelRequestedAt !== null,
        progress: job.progress === null ? null : (JSON.parse(job.progress) as Progress),
        steps: steps ? (JSON.parse(steps) as Step[]) : [],
      };
    });
  }
}

function outcomeOf(batch: ReportBatch, reported: Reported): ReportOutcome {
  try {
    return batch.accept(reported);
  } catch (error) {
    if (error instanceof JobdeckError) return error;
    throw error;
  }
}
