/** Takes in what programs report of their own jobs, and of jobs of this machine. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { Progress, Step } from '../../../shared/job.ts';
import type { ProgressReply, StartRequest } from '../../../shared/reporting.ts';
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import { timeline } from '../life/timeline.ts';
import type { LogFiles, ReportCommands, Reported, ReportOutcome, Submitted } from '../ports.ts';
import type { Writer } from '../writer.ts';
import { Takings } from './reportBatch.ts';
import { type ReportingSettings, startReported } from './start.ts';

export interface ProgramReportsDeps {
  store: Store;
  writer: Writer;
  logs: LogFiles;
  clock: Clock;
  settings: ReportingSettings;
}

/** What comes in the same turn is taken together, so that a job is written once. */
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
    const { id, created } = await writer.once((tx) => {
      const known = key === undefined ? null : tx.byKey(key);
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
    const committed = this.#deps.writer.once((tx) => {
      close();
      const takings = new Takings(tx, { logs: this.#deps.logs, now: this.#deps.clock.now() });
      for (const batch of batches) batch.outcomes = batch.reported.map((one) => outcomeOf(takings, one));
      const refused = takings.write();
      if (refused.size === 0) return;
      for (const batch of batches) {
        batch.outcomes = batch.outcomes.map((outcome, at) => refused.get(batch.reported[at]?.jobId ?? '') ?? outcome);
      }
    });
    // A disk that takes nothing may refuse before that.
    committed.catch(close);
    return { batches, committed };
  }

  progress(id: string): ProgressReply {
    return this.#deps.store.read((rows) => {
      const job = rows.reported(id);
      if (!job) throw notFound(id);
      const steps = rows.data(id)?.steps;
      return {
        ...{ jobId: id, taken: false, status: job.status, cancelRequested: job.cancelRequestedAt !== null },
        progress: job.progress === null ? null : (JSON.parse(job.progress) as Progress),
        steps: steps ? (JSON.parse(steps) as Step[]) : [],
      };
    });
  }
}

function outcomeOf(takings: Takings, reported: Reported): ReportOutcome {
  try {
    return takings.take(reported);
  } catch (error) {
    if (error instanceof JobdeckError) return error;
    throw error;
  }
}

function notFound(id: string): JobdeckError {
  return new JobdeckError('JOB_NOT_FOUND', `There is no job ${id}.`, 'It may have been removed.');
}
