/** Reports of one commit: taken job by job, and written once for each job however many they are. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { Step } from '../../../shared/job.ts';
import type { ReportReply } from '../../../shared/reporting.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { ReportedRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { markEnded, unfinishedAttempt } from '../attempts/attempts.ts';
import type { LogFiles, Reported } from '../ports.ts';
import { type Draft, JobReports } from './jobReports.ts';
import { type ClientOrder, noneTaken } from './order.ts';

/** Entries a timeline has at most. */
export const maxEvents = 10_000;

export interface TakingsDeps {
  logs: Pick<LogFiles, 'append'>;
  now: number;
}

export class Takings {
  readonly #tx: Tx;
  readonly #deps: TakingsDeps;
  readonly #jobs = new Map<string, JobReports>();

  constructor(tx: Tx, deps: TakingsDeps) {
    this.#tx = tx;
    this.#deps = deps;
  }

  /**
   * Takes reports of one client on one job, all or none. Nothing is written before `write`.
   * @throws JobdeckError JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE, INVALID_REQUEST, UNKNOWN_STEP
   */
  take({ jobId, client, reports }: Reported): ReportReply {
    const job = this.#jobs.get(jobId) ?? this.#open(jobId);
    return job.reply(job.take(client, reports));
  }

  /** Writes what was taken. Returns why nothing of a job was written, by job: a log that fails hurts no other. */
  write(): ReadonlyMap<string, JobdeckError> {
    const refused = new Map<string, JobdeckError>();
    for (const [id, job] of this.#jobs) {
      if (!job.draft.heard) continue;
      const problem = this.#appendLog(id, job);
      if (problem === null) this.#write(id, job.draft);
      else refused.set(id, problem);
    }
    return refused;
  }

  /** Before the commit: a daemon that dies between the two gets the text again, which is better than never. */
  #appendLog(id: string, { attempt, draft }: JobReports): JobdeckError | null {
    if (draft.log === '') return null;
    try {
      this.#deps.logs.append(id, attempt, draft.log);
      return null;
    } catch (error) {
      if (error instanceof JobdeckError) return error;
      throw error;
    }
  }

  #open(jobId: string): JobReports {
    const row = this.#tx.reported(jobId);
    if (!row) throw new JobdeckError('JOB_NOT_FOUND', `There is no job ${jobId}.`, 'It may have been removed.');
    if (!isTerminal(row.status)) this.#checkTakes(row);
    const job = new JobReports(row, {
      steps: () => JSON.parse(this.#tx.data(jobId)?.steps ?? '[]') as Step[],
      clientOrder: (client) => this.#clientOrder(jobId, client),
      now: this.#deps.now,
    });
    this.#jobs.set(jobId, job);
    return job;
  }

  #checkTakes({ id, engine, status }: ReportedRow): void {
    if (engine !== 'reported' && engine !== 'local') {
      throw new JobdeckError('ENGINE_NOT_CAPABLE', `The engine ${engine} tells itself how the job ${id} is.`);
    }
    if (status === 'running') return;
    // A program may report before the news of its start is here.
    const job = this.#tx.job(id);
    if (job && unfinishedAttempt(this.#tx, job)) return;
    throw new JobdeckError('JOB_NOT_RUNNING', `The job ${id} does not run: it is ${status}.`, 'Report when it runs.');
  }

  #clientOrder(jobId: string, client: string): ClientOrder {
    const row = this.#tx.reportClient(jobId, client);
    return row ? { ...row, seen: row.seen === null ? [] : (JSON.parse(row.seen) as number[]) } : noneTaken;
  }

  #write(id: string, draft: Readonly<Draft>): void {
    const { changed, progress, ending } = draft;
    for (const [client, { low, seen, progress: latest }] of draft.clients) {
      this.#tx.putReportClient(id, client, {
        ...{ low, seen: seen.length === 0 ? null : JSON.stringify(seen), progress: latest },
      });
    }
    if (changed.steps) this.#tx.updateData(id, { steps: draft.steps === null ? null : [...draft.steps] });
    if (changed.result) this.#tx.updateData(id, { result: draft.result });
    for (const event of draft.events) this.#tx.addEvent(id, event);
    if (draft.events.length > 0) this.#tx.trimEvents(id, maxEvents);
    this.#tx.heardOf(id, this.#deps.now, changed.progress ? JSON.stringify(progress) : undefined);
    const job = ending && this.#tx.job(id);
    const attempt = job && unfinishedAttempt(this.#tx, job);
    if (attempt) markEnded(this.#tx, job, attempt, ending);
  }
}
