import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Emitter } from '../../../../extension/base/event.ts';
import { untranslated as t } from '../../../../extension/base/text.ts';
import type { ConnectionState } from '../../../../extension/daemon/access.ts';
import { JobsModel } from '../../../../extension/daemon/jobsModel.ts';
import { TrackedJob } from '../../../../extension/tracking/trackedJob.ts';
import { Tracking } from '../../../../extension/tracking/tracking.ts';
import type { DaemonClient } from '../../../../shared/client/http.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import type { Report, ReportReply, StartRequest } from '../../../../shared/reporting.ts';
import { ago, makeJob, makeState } from '../builders.ts';

const gone = () => new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'gone', hint: null });

/** A daemon that accepts reports, optionally after replying with errors. */
class Desk {
  readonly starts: StartRequest[] = [];
  readonly reports: (Report & { id: string })[] = [];
  readonly errors: JobdeckError[] = [];
  readonly log: string[] = [];
  readonly model = new JobsModel();
  reply: Partial<ReportReply> = {};
  stops = 0;
  readonly #states = new Emitter<ConnectionState>();
  readonly access = {
    state: makeState(),
    onDidChangeState: this.#states.event,
    client: async () => this.#client as unknown as DaemonClient,
  };
  readonly #client = {
    startReported: async (request: StartRequest) => {
      this.#failing();
      this.starts.push(request);
      return { job: makeJob({ id: 'r1' }), token: '' };
    },
    report: async (id: string, report: Report) => {
      this.#failing();
      this.reports.push({ id, ...report });
      return { jobId: id, taken: true, status: 'running', cancelRequested: false, ...this.reply };
    },
  };

  job(): TrackedJob {
    return new TrackedJob(this.#deps(), { title: 'make' });
  }

  tracking(): Tracking {
    const { access, model } = this;
    return new Tracking({ access, model, t, log: (line) => void this.log.push(line) });
  }

  /** Whether the tracked process exists. */
  runs = true;
  readonly stop = () => {
    this.stops += 1;
  };
  readonly what = { stop: this.stop, runs: () => this.runs };

  away(): void {
    this.access.state = makeState({ status: 'reconnecting' });
    this.errors.push(gone());
  }

  back(): void {
    this.access.state = makeState();
    this.#states.fire(this.access.state);
  }

  #deps() {
    return { access: this.access, stop: this.stop, log: (line: string) => void this.log.push(line) };
  }

  #failing(): void {
    const error = this.errors.shift();
    if (error !== undefined) throw error;
  }
}

describe('a tracked job', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk();
  });

  it('is reported once, its outcome after its start', async () => {
    const job = desk.job();
    await job.end({ kind: 'complete' });
    await job.end({ kind: 'fail', message: 'too late' });
    assert.deepEqual([desk.starts.length, desk.reports.length, desk.reports[0]?.kind], [1, 1, 'complete']);
    assert.equal(desk.reports[0]?.id, 'r1');
    assert.equal(job.over, true);
  });

  it('waits for an unavailable daemon and repeats reports with the same key and number', async () => {
    desk.away();
    const job = desk.job();
    const ended = job.end({ kind: 'complete' });
    desk.errors.push(gone());
    desk.back();
    await ended;
    const [start] = desk.starts;
    assert.match(start?.idempotencyKey ?? '', /^window-[\w-]{36}$/);
    assert.deepEqual([desk.reports[0]?.seq, `window-${desk.reports[0]?.client}`], [1, start?.idempotencyKey]);
  });

  it('is no longer reported if the daemon refuses it, which is logged', async () => {
    desk.errors.push(new JobdeckError({ code: 'STORAGE_FULL', message: 'The disk is full.', hint: null }));
    const job = desk.job();
    await job.end({ kind: 'complete' });
    assert.deepEqual([desk.starts, desk.reports], [[], []]);
    assert.match(desk.log.join(), /STORAGE_FULL: The disk is full/);
  });

  it('sends heartbeats until it has ended in the daemon', async () => {
    const job = desk.job();
    await job.beat();
    assert.equal(desk.reports.length, 0);
    await started(job);
    await job.beat();
    assert.deepEqual(
      desk.reports.map(({ kind }) => kind),
      ['heartbeat'],
    );
    desk.reply = { status: 'failed' };
    await job.beat();
    assert.equal(job.over, true);
    await job.beat();
    assert.equal(desk.reports.length, 2);
  });

  it('survives a lost heartbeat', async () => {
    const job = desk.job();
    await started(job);
    desk.errors.push(gone());
    await job.beat();
    await job.beat();
    assert.equal(desk.reports.length, 1);
  });

  it('is stopped once when it is cancelled', async () => {
    const job = desk.job();
    await started(job);
    desk.reply = { cancelRequested: true };
    await job.beat();
    await job.beat();
    assert.equal(desk.stops, 1);
  });

  it('is cancelled if it fails after it was stopped', async () => {
    const job = desk.job();
    await started(job);
    job.requestStop();
    await job.end({ kind: 'fail', message: 'It ended with exit code 1.' });
    const [report] = desk.reports;
    assert.equal(report?.kind === 'fail' && report.cancelled, true);
  });
});

describe('tracking', () => {
  it('stops a job as soon as the window receives the cancel', async () => {
    const desk = new Desk();
    const tracking = desk.tracking();
    const job = tracking.start({ title: 'make' }, desk.what);
    await started(job);
    desk.model.replace([makeJob({ id: 'r1' })]);
    assert.equal(desk.stops, 0);
    desk.model.replace([makeJob({ id: 'r1', cancelRequestedAt: ago(0) })]);
    assert.equal(desk.stops, 1);
    tracking.dispose();
  });

  it('reports active jobs when the window closes', async () => {
    const desk = new Desk();
    const tracking = desk.tracking();
    await tracking.start({ title: 'over' }, desk.what).end({ kind: 'complete' });
    await started(tracking.start({ title: 'going' }, desk.what));
    const told = tracking.windowCloses();
    // The editor disposes everything while this is being reported.
    tracking.dispose();
    desk.access.client = () => new Promise(() => {});
    await told;
    assert.deepEqual(
      desk.reports.map((report) => [report.kind, report.kind === 'fail' && report.code]),
      [
        ['complete', false],
        ['fail', 'WINDOW_CLOSED'],
      ],
    );
    assert.deepEqual([desk.starts[0]?.metadata, desk.starts[0]?.timeLimitMs], [{ trackedBy: 'window' }, null]);
  });

  it('reports an unknown outcome for a vanished process', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    const desk = new Desk();
    const tracking = desk.tracking();
    await started(tracking.start({ title: 'going' }, desk.what));
    mock.timers.tick(30_000);
    desk.runs = false;
    mock.timers.tick(30_000);
    await turn();
    assert.deepEqual(
      desk.reports.map(({ kind }) => kind),
      ['heartbeat', 'heartbeat'],
    );
    mock.timers.tick(30_000);
    await turn();
    const last = desk.reports.at(-1);
    assert.equal(last?.kind === 'fail' && last.code, 'ENDING_NOT_SEEN');
    tracking.dispose();
    mock.timers.reset();
  });

  it('does not block closing the window', async () => {
    const desk = new Desk();
    const tracking = desk.tracking();
    desk.away();
    tracking.start({ title: 'going' }, desk.what);
    await tracking.windowCloses();
    tracking.dispose();
    assert.equal(desk.reports.length, 0);
  });
});

/** Resolves when the daemon has received the job. */
async function started(job: TrackedJob): Promise<void> {
  while (job.id === null) await turn();
}

/** Resolves when pending work has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
