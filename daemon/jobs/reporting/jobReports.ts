/** Collects the effect of reports on one job before anything is written. */
import { headlineOfTrace } from '../../../shared/explain/headline/headline.ts';
import { readInstant } from '../../../shared/isoTime.ts';
import type { JobStatus, Progress, Step } from '../../../shared/job.ts';
import { reportProblem } from '../../../shared/messages/programReports.ts';
import { type Report, type ReportOf, type ReportReply, reportLimits } from '../../../shared/reporting.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { AttemptOutcome } from '../../engines/engine.ts';
import type { EventFields, ReportedRow } from '../../store/rows.ts';
import { toJson } from '../../store/values.ts';
import { kindOf } from '../kindOf.ts';
import { declared, ended, phaseOf, progressOf, stepsAfter } from '../steps/steps.ts';
import { harmlessText, wellFormed } from '../text.ts';
import { afterAccepting, type ClientOrder, isLate, mayBeEarly, wasAccepted } from './order.ts';
import { merged, noProgress } from './progress.ts';

/** The state of a job after the accepted reports, and the parts that are still to be written. */
export interface Draft {
  status: JobStatus;
  accepted: boolean;
  progress: Progress | null;
  /** null until a report needs them. */
  steps: readonly Step[] | null;
  changed: { progress: boolean; steps: boolean; result: boolean };
  result: unknown;
  events: EventFields[];
  log: string;
  outcome: AttemptOutcome | null;
  /** By client, for the clients of these reports. */
  clients: Map<string, ClientOrder>;
}

export interface JobReportsDeps {
  /** The steps of the job, read when a report needs them. */
  steps(): Step[];
  clientOrder(client: string): ClientOrder;
  now: number;
}

export class JobReports {
  readonly #job: ReportedRow;
  readonly #deps: JobReportsDeps;
  #draft: Draft;

  constructor(job: ReportedRow, deps: JobReportsDeps) {
    this.#job = job;
    this.#deps = deps;
    const progress = job.progress === null ? null : (JSON.parse(job.progress) as Progress);
    this.#draft = { status: job.status, progress, ...nothingNew(), clients: new Map() };
  }

  /** The attempt that the reports belong to. */
  get attempt(): number {
    return this.#job.attempt;
  }

  /** The changes to write. */
  get draft(): Readonly<Draft> {
    return this.#draft;
  }

  /**
   * Accepts all reports of a client, or none if one is refused. Returns whether any was accepted.
   * @throws JobdeckError INVALID_REQUEST, UNKNOWN_STEP, ENGINE_NOT_CAPABLE
   */
  accept(client: string | undefined, reports: readonly Report[]): boolean {
    const before = this.#draft;
    // Parts of a draft are replaced rather than changed, except for these.
    this.#draft = { ...before, changed: { ...before.changed }, events: [...before.events] };
    this.#draft.clients = new Map(before.clients);
    let any = false;
    try {
      for (const report of reports) any = this.#acceptOne(report.client ?? client, report) || any;
    } catch (error) {
      this.#draft = before;
      throw error;
    }
    return any;
  }

  /** The state of the job for the client. */
  reply(any: boolean): ReportReply {
    const cancelRequested = this.#job.cancelRequestedAt !== null;
    return { jobId: this.#job.id, taken: any, status: this.#draft.status, cancelRequested };
  }

  #acceptOne(client: string | undefined, report: Report): boolean {
    const draft = this.#draft;
    if (isTerminal(draft.status)) return false;
    if (client === undefined || report.seq === undefined) {
      this.#apply(report, { late: false, early: false });
      return true;
    }
    const order = draft.clients.get(client) ?? this.#deps.clientOrder(client);
    const { seq } = report;
    if (wasAccepted(order, seq)) return false;
    const outdated = report.kind === 'progress' && seq < order.progress;
    if (!outdated) this.#apply(report, { late: isLate(order, seq), early: mayBeEarly(order, seq) });
    const progress = report.kind === 'progress' && !outdated ? seq : order.progress;
    draft.accepted = true;
    draft.clients.set(client, { ...afterAccepting(order, seq), progress });
    return true;
  }

  #apply(report: Report, place: { late: boolean; early: boolean }): void {
    this.#draft.accepted = true;
    switch (report.kind) {
      case 'progress':
        this.#progress(report, place.early);
        return;
      case 'message':
        this.#message(report);
        return;
      case 'log':
        this.#refuseIfLocal('ENGINE_NOT_CAPABLE/reportLog');
        this.#draft.log += wellFormed(report.text);
        return;
      case 'steps':
        this.#setSteps(declared(this.#steps(), report.steps, report.replace));
        return;
      case 'step':
        this.#setSteps(stepsAfter(this.#steps(), report, this.#deps.now, place.late));
        if (report.message !== undefined && !place.late) this.#setProgress({ message: harmlessText(report.message) });
        return;
      case 'result':
        this.#setResult(report.result);
        return;
      case 'complete':
        this.#complete(report);
        return;
      case 'fail':
        this.#fail(report);
        return;
      case 'heartbeat':
        return;
    }
  }

  #progress(report: ReportOf<'progress'>, early: boolean): void {
    this.#draft.progress = merged(this.#draft.progress, report, early);
    this.#draft.changed.progress = true;
  }

  #message({ level = 'info', message, context = null, at }: ReportOf<'message'>): void {
    const [{ length }, { context: limit }] = [toJson('context', context), reportLimits];
    if (length > limit) throw reportProblem('INVALID_REQUEST/contextTooLong', { length, limit });
    const sentAt = at === undefined ? this.#deps.now : readInstant(at);
    if (sentAt === null) throw reportProblem('INVALID_REQUEST/reportTime', { text: at ?? '' });
    const time = Math.min(this.#deps.now, sentAt);
    const entry = { at: time, attempt: this.#job.attempt, kind: 'message', level, context } as const;
    this.#draft.events.push({ ...entry, message: harmlessText(message) });
  }

  #complete({ result, message }: ReportOf<'complete'>): void {
    this.#refuseIfLocal('ENGINE_NOT_CAPABLE/reportComplete');
    if (result !== undefined) this.#setResult(result);
    this.#endSteps('completed');
    if (message !== undefined) this.#setProgress({ message: harmlessText(message) });
    this.#end('completed', null);
  }

  #fail({ message, code = 'REPORTED', hint, details, cancelled = false }: ReportOf<'fail'>): void {
    this.#refuseIfLocal('ENGINE_NOT_CAPABLE/reportFail');
    this.#endSteps('failed');
    const orNull = (text: string | undefined) => (text === undefined ? null : harmlessText(text));
    const why = { hint: orNull(hint), details: orNull(details) };
    // Programs put a traceback into either.
    const headline = headlineOfTrace(why.details ?? harmlessText(message));
    this.#end(cancelled ? 'cancelled' : 'failed', {
      code,
      message: harmlessText(message),
      ...why,
      ...(headline === null ? {} : { headline }),
    });
  }

  #end(status: 'completed' | 'failed' | 'cancelled', error: AttemptOutcome['error']): void {
    this.#draft.outcome = { exitCode: null, signal: null, endedAt: this.#deps.now, error, status };
    this.#draft.status = status;
  }

  #endSteps(status: 'completed' | 'failed'): void {
    const steps = this.#steps();
    if (steps.length > 0) this.#setSteps(ended(steps, status, this.#deps.now));
  }

  #steps(): readonly Step[] {
    this.#draft.steps ??= this.#deps.steps();
    return this.#draft.steps;
  }

  /** Steps set the phase, and the progress unless the program reports its own. */
  #setSteps(steps: readonly Step[]): void {
    const sum = isOwn(this.#draft.progress, progressOf(this.#steps())) ? null : progressOf(steps);
    this.#setProgress({ ...sum, phase: phaseOf(steps) });
    this.#draft.steps = steps;
    this.#draft.changed.steps = true;
  }

  #setProgress(changes: Partial<Progress>): void {
    const { current, total, message, phase } = this.#draft.progress ?? noProgress;
    this.#draft.progress = { current, total, message, phase, ...changes };
    this.#draft.changed.progress = true;
  }

  #setResult(result: unknown): void {
    // An invalid result is refused now, before it is written together with the reports of others.
    toJson('result', result);
    this.#draft.result = result;
    this.#draft.changed.result = true;
  }

  #refuseIfLocal(
    id: 'ENGINE_NOT_CAPABLE/reportLog' | 'ENGINE_NOT_CAPABLE/reportComplete' | 'ENGINE_NOT_CAPABLE/reportFail',
  ): void {
    if (kindOf(this.#job) === 'local') throw reportProblem(id);
  }
}

/** Whether the numbers of a progress are the program's, and not the sum of the steps as they were. */
function isOwn(progress: Progress | null, sum: Pick<Progress, 'current' | 'total'> | null): boolean {
  const { current, total } = progress ?? noProgress;
  if (current === 0 && total === null) return false;
  return current !== sum?.current || total !== sum.total;
}

function nothingNew() {
  const changed = { progress: false, steps: false, result: false };
  return { accepted: false, steps: null, changed, result: null, events: [], log: '', outcome: null };
}
