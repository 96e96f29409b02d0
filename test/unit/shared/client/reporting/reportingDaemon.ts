/** A daemon that validates and accepts reports like the real one, and can be stopped and restarted. */
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { DaemonAddress } from '../../../../../shared/client/http.ts';
import {
  ReportBatch as BatchSchema,
  type Report,
  type ReportBatch,
  StartRequest,
} from '../../../../../shared/reporting.ts';
import { compile, mismatchMessage } from '../../../../../shared/validation.ts';
import { type Asked, FakeDaemon, json } from '../fakeDaemon.ts';

const checkStart = compile(StartRequest);
const checkBatch = compile(BatchSchema);

export interface FakeJob {
  id: string;
  start: StartRequest | null;
  taken: Report[];
  numbers: Set<string>;
  cancelRequested: boolean;
}

export class ReportingDaemon {
  readonly jobs = new Map<string, FakeJob>();
  /** Frames that violated the protocol. */
  readonly broken: string[] = [];
  batches = 0;
  /** Decides which reports are rejected. */
  refuses: (report: Report) => boolean = () => false;
  /** How many times it accepts reports but closes the connection instead of replying. */
  swallow = 0;
  #fake: FakeDaemon | null = null;
  readonly #waiting = new Set<() => void>();

  get address(): DaemonAddress | null {
    return this.#fake?.address ?? null;
  }

  readonly find = async (): Promise<DaemonAddress | null> => this.address;

  async arrive(): Promise<this> {
    const fake = new FakeDaemon((asked, response) => {
      const { status, body } = this.#start(asked);
      json(response, status, body);
      this.#changed();
    });
    fake.sockets.on('connection', (socket: WebSocket) => {
      socket.on('message', (data) => this.#receive(fake, socket, String(data)));
    });
    this.#fake = await fake.listen();
    return this;
  }

  async leave(): Promise<void> {
    const fake = this.#fake;
    this.#fake = null;
    await fake?.close();
  }

  addJob(id: string): FakeJob {
    const job: FakeJob = { id, start: null, taken: [], numbers: new Set(), cancelRequested: false };
    this.jobs.set(id, job);
    return job;
  }

  cancel(id: string): void {
    const job = this.jobs.get(id);
    if (job !== undefined) job.cancelRequested = true;
    for (const socket of this.#fake?.sockets.clients ?? []) {
      socket.send(JSON.stringify({ type: 'cancelRequested', jobId: id }));
    }
  }

  /** The only job. */
  get job(): FakeJob {
    const [job, another] = this.jobs.values();
    if (job === undefined || another !== undefined) throw new Error(`There are ${this.jobs.size} jobs.`);
    return job;
  }

  async until(holds: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  #start({ method, url, body }: Asked): { status: number; body: unknown } {
    if (method !== 'POST' || url !== '/v1/jobs/start') return { status: 404, body: failure('ROUTE_NOT_FOUND', url) };
    const { value, problem } = checkStart(JSON.parse(body));
    if (problem !== null) {
      this.broken.push(mismatchMessage(problem, 'body').message);
      return { status: 400, body: failure('INVALID_REQUEST', mismatchMessage(problem, 'body').message) };
    }
    const known = [...this.jobs.values()].find(({ start }) => start?.idempotencyKey === value.idempotencyKey);
    const job = known ?? this.addJob(`job-${randomUUID().slice(0, 8)}`);
    job.start = value;
    return { status: known === undefined ? 201 : 200, body: { job: { id: job.id }, token: 'own' } };
  }

  #receive(fake: FakeDaemon, socket: WebSocket, text: string): void {
    const { value, problem } = checkBatch(JSON.parse(text));
    if (problem !== null) {
      this.broken.push(mismatchMessage(problem, 'batch').message);
      return;
    }
    const batch = value as ReportBatch;
    this.batches += 1;
    const refused: { jobId: string; error: { code: string; message: string; hint: null } }[] = [];
    const jobs = batch.jobs.flatMap(({ jobId, client, reports }) => {
      const job = this.jobs.get(jobId);
      if (job === undefined || reports.some(this.refuses)) {
        refused.push({ jobId, error: { code: job ? 'INVALID_REQUEST' : 'JOB_NOT_FOUND', message: 'No.', hint: null } });
        return [];
      }
      let taken = false;
      for (const report of reports) {
        if (report.seq !== undefined && job.numbers.has(`${report.client ?? client} ${report.seq}`)) continue;
        if (report.seq !== undefined) job.numbers.add(`${report.client ?? client} ${report.seq}`);
        if (report.kind !== 'heartbeat') job.taken.push(without(report));
        taken = true;
      }
      return [{ jobId, taken, status: 'running', cancelRequested: job.cancelRequested }];
    });
    if (this.swallow > 0) {
      this.swallow -= 1;
      fake.breakConnections();
      return;
    }
    const type = refused.length > 0 ? 'refused' : 'reported';
    socket.send(JSON.stringify({ type, batch: batch.batch, jobs, ...(refused.length > 0 ? { refused } : {}) }), () =>
      this.#changed(),
    );
  }
}

/** A report without its client. */
function without({ client, ...report }: Report): Report {
  return report as Report;
}

function failure(code: string, message: string) {
  return { error: { code, message, hint: null } };
}
