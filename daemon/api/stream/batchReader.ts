/** Reads batches of reports from a WebSocket: valid entries, and errors for the others. */
import Type, { type TSchema } from 'typebox';
import type { JobdeckError } from '../../../shared/errors.ts';
import { requestProblem } from '../../../shared/messages/requests.ts';
import { JobId } from '../../../shared/protocol.ts';
import { type Report, ReportBatch, type ReportKind, reportBodies, reportLimits } from '../../../shared/reporting.ts';
import { compile, type Mismatch, mismatchMessage } from '../../../shared/validation.ts';
import type { Reported } from '../../jobs/ports.ts';

/** A batch, with an error in place of each invalid entry. */
export interface ReadBatch {
  batch: number;
  jobs: (Reported | { jobId: string; error: JobdeckError })[];
}

const kinds = Object.keys(reportBodies) as ReportKind[];
const Envelope = Type.Object({
  type: Type.Literal('report'),
  batch: ReportBatch.properties.batch,
  jobs: Type.Array(Type.Object({ jobId: JobId }), { minItems: 1, maxItems: reportLimits.batch }),
});
const Entry = Type.Object(
  {
    jobId: JobId,
    client: reportBodies.heartbeat.properties.client,
    reports: Type.Array(Type.Object({ kind: Type.Enum(kinds) }), { minItems: 1, maxItems: reportLimits.batch }),
  },
  { additionalProperties: false },
);

/** Compiles its schemas once. */
export class BatchReader {
  readonly #whole = compile(ReportBatch);
  readonly #envelope = compile(Envelope);
  readonly #entry = compile(Entry);
  readonly #kinds = new Map<ReportKind, ReturnType<typeof compile<TSchema>>>();

  /** @throws JobdeckError INVALID_REQUEST if the message is not a batch and so has no number to answer to */
  read(message: unknown): ReadBatch {
    // Nearly all batches are valid; only invalid ones are checked entry by entry.
    const { value } = this.#whole(message);
    if (value !== null) return { batch: value.batch, jobs: value.jobs as Reported[] };
    const { value: envelope, problem } = this.#envelope(message);
    if (problem !== null) throw refusal(problem, 'batch');
    return { batch: envelope.batch, jobs: envelope.jobs.map((entry) => this.#readEntry(entry)) };
  }

  #readEntry(given: { jobId: string }): ReadBatch['jobs'][number] {
    const { value: entry, problem } = this.#entry(given);
    if (problem !== null) return { jobId: given.jobId, error: refusal(problem, 'entry') };
    for (const [index, report] of entry.reports.entries()) {
      const wrong = this.#check(report);
      if (wrong === null) continue;
      const pointer = `/reports/${index}${wrong.pointer}`;
      return { jobId: given.jobId, error: refusal({ ...wrong, pointer }, 'entry') };
    }
    return { jobId: entry.jobId, client: entry.client, reports: entry.reports as Report[] };
  }

  #check({ kind, ...body }: { kind: ReportKind }): Mismatch | null {
    const check = this.#kinds.get(kind) ?? compile<TSchema>(reportBodies[kind]);
    this.#kinds.set(kind, check);
    return check(body).problem;
  }
}

function refusal(problem: Mismatch, whole: 'batch' | 'entry'): JobdeckError {
  return requestProblem('INVALID_REQUEST/reports', { reason: mismatchMessage(problem, whole) });
}
