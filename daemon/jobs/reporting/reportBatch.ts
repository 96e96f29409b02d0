/** The reports of one commit. They are accepted job by job, then written once for each job. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { Step } from '../../../shared/job.ts';
import { reportProblem } from '../../../shared/messages/programReports.ts';
import type { ReportReply } from '../../../shared/reporting.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { ReportedRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { markEnded } from '../attempts/attempts.ts';
import { type JobKind, kindOf } from '../kindOf.ts';
import { notFound, unfinishedAttempt } from '../lookup.ts';
import type { LogFiles, Reported } from '../ports.ts';
import { type Draft, JobReports } from './jobReports.ts';
import { type ClientOrder, noneAccepted } from './order.ts';

/** Maximum number of entries in a timeline. */
export const maxEvents = 10_000;

/** The state of groups is derived from their jobs, and remote engines report their jobs themselves. */
const acceptsReports: Record<JobKind, boolean> = { local: true, reported: true, group: false, remote: false };

export interface ReportBatchDeps {
  logs: Pick<LogFiles, 'append'>;
  now: number;
}

export class ReportBatch {
  readonly #tx: Tx;
  readonly #deps: ReportBatchDeps;
  readonly #jobs = new Map<string, JobReports>();

  constructor(tx: Tx, deps: ReportBatchDeps) {
    this.#tx = tx;
    this.#deps = deps;
  }

  /**
   * Accepts reports of one client on one job, all or none. Nothing is written before `write`.
   * @throws JobdeckError JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE, INVALID_REQUEST, UNKNOWN_STEP
   */
  accept({ jobId, client, reports }: Reported): ReportReply {
    const job = this.#jobs.get(jobId) ?? this.#open(jobId);
    return job.reply(job.accept(client, reports));
  }

  /** Writes what was accepted. Returns errors by job: a log that can't be written affects no other job. */
  write(): ReadonlyMap<string, JobdeckError> {
    const refused = new Map<string, JobdeckError>();
    for (const [id, job] of this.#jobs) {
      if (!job.draft.accepted) continue;
      const problem = this.#appendLog(id, job);
      if (problem === null) this.#write(id, job.draft);
      else refused.set(id, problem);
    }
    return refused;
  }

  /** Before the commit: if the daemon crashes in between, the text is sent again, which is better than losing it. */
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
    const row = this.#tx.reports.job(jobId);
    if (!row) throw notFound(jobId);
    if (!isTerminal(row.status)) this.#checkAccepts(row);
    const job = new JobReports(row, {
      steps: () => JSON.parse(this.#tx.jobs.data(jobId)?.steps ?? '[]') as Step[],
      clientOrder: (client) => this.#clientOrder(jobId, client),
      now: this.#deps.now,
    });
    this.#jobs.set(jobId, job);
    return job;
  }

  #checkAccepts(row: ReportedRow): void {
    const { id, engine, status } = row;
    if (!acceptsReports[kindOf(row)]) {
      throw reportProblem('ENGINE_NOT_CAPABLE/report', { engine });
    }
    if (status === 'running') return;
    // A program may report before its engine has reported the start.
    const job = this.#tx.jobs.find(id);
    if (job && unfinishedAttempt(this.#tx, job)) return;
    throw reportProblem('JOB_NOT_RUNNING/report', { status });
  }

  #clientOrder(jobId: string, client: string): ClientOrder {
    const row = this.#tx.reports.client(jobId, client);
    return row ? { ...row, seen: row.seen === null ? [] : (JSON.parse(row.seen) as number[]) } : noneAccepted;
  }

  #write(id: string, draft: Readonly<Draft>): void {
    const { changed, progress, outcome } = draft;
    for (const [client, { low, seen, progress: latest }] of draft.clients) {
      this.#tx.putReportClient(id, client, {
        low,
        seen: seen.length === 0 ? null : JSON.stringify(seen),
        progress: latest,
      });
    }
    if (changed.steps) this.#tx.updateData(id, { steps: draft.steps === null ? null : [...draft.steps] });
    if (changed.result) this.#tx.updateData(id, { result: draft.result });
    for (const event of draft.events) this.#tx.addEvent(id, event);
    if (draft.events.length > 0) this.#tx.trimEvents(id, maxEvents);
    this.#tx.noteActivity(id, this.#deps.now, changed.progress ? JSON.stringify(progress) : undefined);
    const job = outcome && this.#tx.jobs.find(id);
    const attempt = job && unfinishedAttempt(this.#tx, job);
    if (attempt) markEnded(this.#tx, job, attempt, outcome);
  }
}
