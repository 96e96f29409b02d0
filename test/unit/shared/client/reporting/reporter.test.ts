import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportedJob } from '../../../../../shared/client/reporting/job.ts';
import { Reporter } from '../../../../../shared/client/reporting/reporter.ts';
import type { Report, StartRequest } from '../../../../../shared/reporting.ts';
import { ReportingDaemon } from './reportingDaemon.ts';

const texts = (reports: Report[]) => reports.flatMap((report) => (report.kind === 'message' ? [report.message] : []));
const kinds = (reports: Report[]) => reports.map(({ kind }) => kind);

describe('reporting from a program', () => {
  let home: string;
  let daemon: ReportingDaemon;
  let warnings: string[];
  let reporters: Reporter[];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'jobdeck-test-'));
    daemon = new ReportingDaemon();
    warnings = [];
    reporters = [];
  });
  afterEach(async () => {
    for (const reporter of reporters) reporter.close();
    await daemon.leave();
    rmSync(home, { recursive: true, force: true });
    assert.deepEqual(daemon.broken, []);
  });

  const makeReporter = () => {
    const reporter = new Reporter({ find: daemon.find, home, adopts: true, warn: (text) => warnings.push(text) });
    reporters.push(reporter);
    return reporter;
  };
  const start = (request: Partial<StartRequest> = {}, reporter = makeReporter()) =>
    new ReportedJob(reporter, (text) => warnings.push(text), { start: { title: 'Ingest', ...request } });
  const spools = () => (existsSync(join(home, 'spool')) ? readdirSync(join(home, 'spool')) : []);

  it('starts a job and delivers its reports, in order and numbered without gaps', async () => {
    await daemon.arrive();
    const job = start({ total: 100 });
    job.steps(['read', { id: 'write', weight: 3 }]);
    job.step('read').progress(0.5);
    job.info('Began.', { files: 3 });
    job.log('a line\n');
    job.step('read').complete();
    job.result({ rows: 1 });
    job.complete();
    assert.equal(await job.flush(), true);
    assert.equal(job.id, daemon.job.id);
    assert.deepEqual(kinds(daemon.job.taken), ['steps', 'step', 'message', 'log', 'step', 'result', 'complete']);
    assert.deepEqual(
      daemon.job.taken.map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6, 7],
    );
    assert.equal(daemon.job.start?.total, 100);
    assert.deepEqual([warnings, spools()], [[], []]);
  });

  it('replaces progress that has not been sent by newer progress', async () => {
    await daemon.arrive();
    const job = start();
    await job.flush();
    const before = daemon.batches;
    for (let n = 0; n <= 5_000; n += 1) job.progress(n, 5_000, n === 0 ? 'Reading' : undefined);
    await job.flush();
    assert.deepEqual(daemon.job.taken, [
      { kind: 'progress', current: 5_000, total: 5_000, message: 'Reading', seq: 1 },
    ]);
    assert.equal(daemon.batches - before, 1);
  });

  it('stores reports on disk while the daemon is away, and sends them in order later', async () => {
    const job = start();
    job.info('1');
    assert.equal(await job.flush(200), false);
    assert.match(job.id, /^local-/);
    job.info('2');
    assert.equal(await job.flush(200), false);
    assert.equal(spools().length, 1);
    assert.equal(statSync(join(home, 'spool')).mode & 0o777, 0o700);
    assert.equal(statSync(join(home, 'spool', spools()[0] ?? '')).mode & 0o777, 0o600);
    job.info('3');
    await daemon.arrive();
    assert.equal(await job.flush(), true);
    assert.deepEqual(texts(daemon.job.taken), ['1', '2', '3']);
    assert.equal(job.id, daemon.job.id);
    assert.deepEqual(spools(), []);
  });

  it('loses and repeats nothing if the daemon dies before it replies', async () => {
    await daemon.arrive();
    const job = start();
    await job.flush();
    for (let round = 0; round < 5; round += 1) {
      daemon.swallow = 1;
      for (let n = 0; n < 10; n += 1) job.info(String(round * 10 + n));
      if (round % 2 === 1) {
        await daemon.leave();
        job.info(`${round} away`);
        await job.flush(120);
        await daemon.arrive();
      }
      assert.equal(await job.flush(10_000), true);
    }
    const said = texts(daemon.job.taken);
    const expected = [0, 1, 2, 3, 4].flatMap((round) => [
      ...Array.from({ length: 10 }, (_, n) => String(round * 10 + n)),
      ...(round % 2 === 1 ? [`${round} away`] : []),
    ]);
    assert.deepEqual(said, expected);
    assert.equal(daemon.jobs.size, 1);
  });

  it('starts no second job if the reply to the start is lost', async () => {
    await daemon.arrive();
    const job = start();
    job.info('1');
    daemon.swallow = 2;
    assert.equal(await job.flush(10_000), true);
    assert.deepEqual(texts(daemon.job.taken), ['1']);
  });

  it('delivers the reports of a killed program, except an incomplete last line', async () => {
    mkdirSync(join(home, 'spool'), { mode: 0o700 });
    // No process can have this ID: it is above the maximum.
    const file = join(home, 'spool', '4999999.abc.abc.jsonl');
    const lines = [
      { key: 'local-x', start: { title: 'Left', idempotencyKey: 'local-x' } },
      { key: 'local-x', report: { kind: 'message', message: 'alone', seq: 1 } },
    ];
    writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"key":"local-x","rep`);
    await daemon.arrive();
    await makeReporter().deliverOrphans();
    assert.equal(daemon.job.start?.title, 'Left');
    assert.deepEqual(texts(daemon.job.taken), ['alone']);
    assert.deepEqual(spools(), []);
  });

  it('does not touch the spool of a running program', async () => {
    const job = start();
    job.info('mine');
    await job.flush(100);
    const [name = ''] = spools();
    await daemon.arrive();
    reporters[0]?.close();
    await makeReporter().deliverOrphans();
    assert.deepEqual(spools(), [name]);
    assert.match(readFileSync(join(home, 'spool', name), 'utf8'), /mine/);
  });

  it('notifies the program of a cancel, even if it was requested while the daemon was away', async () => {
    await daemon.arrive();
    const job = start();
    await job.flush();
    daemon.cancel(daemon.job.id);
    if (!job.signal.aborted) await new Promise((resolve) => job.signal.addEventListener('abort', resolve));
    job.fail(new Error('Stopped.'));
    await job.flush();
    assert.deepEqual(
      daemon.job.taken.map((report) => report.kind === 'fail' && report.cancelled),
      [true],
    );

    const before = daemon.batches;
    const second = new ReportedJob(makeReporter(), () => {}, { id: daemon.addJob('own').id });
    await daemon.until(() => daemon.batches > before);
    await daemon.leave();
    const own = daemon.jobs.get('own');
    if (own !== undefined) own.cancelRequested = true;
    await daemon.arrive();
    if (!second.signal.aborted) await new Promise((resolve) => second.signal.addEventListener('abort', resolve));
  });

  it('sends heartbeats for a job that reports nothing', async () => {
    await daemon.arrive();
    const job = start({ heartbeatMs: 1_000 });
    await job.flush();
    const before = daemon.batches;
    await daemon.until(() => daemon.batches >= before + 2);
    assert.deepEqual(daemon.job.taken, []);
  });

  it('drops only a rejected report, with a warning', async () => {
    await daemon.arrive();
    daemon.refuses = (report) => report.kind === 'message' && report.message === 'bad';
    const job = start();
    for (const text of ['1', 'bad', '2']) job.info(text);
    assert.equal(await job.flush(), true);
    assert.deepEqual(texts(daemon.job.taken), ['1', '2']);
    assert.match(warnings.join(), /was rejected/);
  });

  it('never throws, whatever the arguments', async () => {
    await daemon.arrive();
    const job = start();
    const cycle: Record<string, unknown> = { big: 10n };
    cycle.self = cycle;
    const anything = job as unknown as {
      progress(...all: unknown[]): void;
      steps(of: unknown): void;
      step(id: unknown): { progress(of: unknown): void };
    };
    for (const value of [Number.NaN, -1, 'x', null, undefined, {}, Number.POSITIVE_INFINITY]) {
      anything.progress(value, value, value);
      anything.steps(value);
      anything.step(value).progress(value);
    }
    job.info('x'.repeat(100_000), cycle);
    job.warning('\u0000\ud800', () => {});
    job.log('y'.repeat(200_000));
    job.result(cycle);
    job.fail(null);
    job.info('too late');
    assert.equal(await job.flush(), true);
    assert.equal(daemon.job.taken.at(-1)?.kind, 'fail');
    assert.equal(texts(daemon.job.taken)[0]?.length, 8_192);
    const log = daemon.job.taken.flatMap((report) => (report.kind === 'log' ? [report.text] : [])).join('');
    assert.equal(log.length, 200_000);
    assert.match(warnings.join(), /has already ended/);
  });

  it('keeps little in memory, even with many reports while the daemon is away', async () => {
    const job = start();
    for (let n = 0; n < 30_000; n += 1) job.info(`message ${n}`);
    await daemon.arrive();
    assert.equal(await job.flush(20_000), true);
    const said = texts(daemon.job.taken);
    assert.deepEqual([said.length, said[0], said.at(-1)], [30_000, 'message 0', 'message 29999']);
  });
});
