/** Scenarios for every broker. */
import assert from 'node:assert/strict';
import type { RemoteEngine } from '../../../daemon/engines/remote.ts';
import type { MemoryReports, ObservedJob } from '../memoryReports.ts';
import type { Application } from './application.ts';

export interface Bench {
  app: Application;
  engine: RemoteEngine;
  reports: MemoryReports;
}

export const isRunning = (job: ObservedJob) => job.status === 'running';

/** Submits a task like the daemon. */
export async function submit(
  { engine }: Bench,
  task: string,
  args: unknown[] = [],
  more: object = {},
): Promise<string> {
  const request = { task, args, ...more };
  const { externalId } = await engine.prepare(request);
  await engine.submit(request, { externalId, key: `${externalId}` });
  assert.ok(externalId);
  return externalId;
}

/** Opens a gate at which a task waits. */
export async function open({ app }: Bench, gate: string, times = 1): Promise<void> {
  await app.python(`gates.rpush("gate:${gate}", *range(${times}))`);
}

export function coreScenarios(bench: () => Bench): void {
  it('follows a submitted task with its progress to its result', async () => {
    const all = bench();
    const id = await submit(all, 'tasks.steps', [3, 'steps']);
    await all.reports.whenJob(id, ({ progress }) => progress.at(-1)?.current === 1);
    await open(all, 'steps', 3);
    const job = await all.reports.whenJob(id, (one) => one.status === 'completed' && one.latest.result !== undefined);
    assert.deepEqual([job.latest.result, job.attempt], [{ rows: 3 }, 1]);
    assert.deepEqual(
      job.progress.map(({ current, total, message }) => [current, total, message]),
      [1, 2, 3].map((n) => [n, 3, `Row ${n}`]),
    );
    assert.deepEqual([job.latest.title, job.worker], ['tasks.steps', 'w1@host']);
  });

  it('reports a failure with its traceback', async () => {
    const all = bench();
    const job = await all.reports.whenFinished(await submit(all, 'tasks.broken'));
    assert.deepEqual(
      [job.status, job.error?.code, job.error?.message],
      ['failed', 'REMOTE_FAILED', 'ValueError: bad row'],
    );
    assert.match(job.error?.details ?? '', /Traceback[\s\S]*tasks\.py[\s\S]*ValueError: bad row/);
  });

  it('reports each attempt of a retried task with its error', async () => {
    const all = bench();
    // The event about the end of an attempt may arrive after the result of a later one.
    const isKnown = ({ status, attempts }: ObservedJob) =>
      status === 'completed' && [...attempts.values()].filter(({ error }) => error !== null).length === 2;
    const job = await all.reports.whenJob(await submit(all, 'tasks.flaky', [2]), isKnown);
    assert.deepEqual([job.status, job.attempt], ['completed', 3]);
    const errors = [...job.attempts.values()].map(({ status, error }) => [status, error?.message]);
    assert.deepEqual(errors, [
      ['failed', 'ConnectionError: the shop is away 0'],
      ['failed', 'ConnectionError: the shop is away 1'],
      ['completed', undefined],
    ]);
    assert.ok(job.history.includes('waiting:retryBackoff'), job.history.join(' '));
  });

  it('stops a running task', async () => {
    const all = bench();
    const id = await submit(all, 'tasks.hold', ['stop']);
    await all.engine.cancel(await all.reports.whenJob(id, isRunning));
    const job = await all.reports.whenFinished(id);
    assert.deepEqual([job.status, job.attempt], ['cancelled', 1]);
  });

  it('cancels a task that its worker has not started', async () => {
    const all = bench();
    const id = await submit(all, 'tasks.add', [1, 2], { notBefore: new Date(Date.now() + 3_600_000).toISOString() });
    const held = await all.reports.whenJob(
      id,
      ({ latest }) => latest.wait?.reason === 'delay' && latest.worker === 'w1@host',
    );
    await all.engine.cancel(held);
    assert.equal((await all.reports.whenFinished(id)).status, 'cancelled');
  });

  it('follows a task sent by another client, with the arguments known to the worker', async () => {
    const all = bench();
    const id = await all.app.send('hold.delay(gate="else")');
    const job = await all.reports.whenJob(id, isRunning);
    assert.equal(job.latest.commandLine, "tasks.hold(**{'gate': 'else'})");
    assert.equal(job.latest.limits.retry?.code, 'celery.argumentsUnknown');
    await all.engine.loadDetails?.(job);
    assert.deepEqual((await all.reports.whenJob(id, ({ latest }) => latest.input !== undefined)).latest.input, {
      args: [],
      kwargs: { gate: 'else' },
    });
    assert.equal(job.latest.limits.retry, null);
    await open(all, 'else');
    assert.equal((await all.reports.whenFinished(id)).status, 'completed');
  });

  it('runs a task again with its arguments', async () => {
    const all = bench();
    const id = await submit(all, 'tasks.add', [20, 22]);
    await all.reports.whenFinished(id);
    const known = all.reports.known(id);
    assert.ok(known);
    const input = { args: [20, 22], kwargs: {} };
    const again = await all.engine.retry({ ...known, input, metadata: { task: 'tasks.add' } }, { key: 'again' });
    assert.notEqual(again.externalId, id);
    await all.reports.whenJob(again.externalId, ({ latest }) => latest.result === 42);
    assert.deepEqual(await all.engine.retry({ ...known, input, metadata: {} }, { key: 'again' }), again);
  });

  it('offers the tasks that workers know, and rejects others unless confirmed', async () => {
    const all = bench();
    const targets = await all.engine.targets('tasks.a');
    assert.deepEqual(targets, [{ kind: 'task', name: 'tasks.add', title: null }]);
    await assert.rejects(all.engine.prepare({ task: 'other.add' }), {
      code: 'UNKNOWN_TARGET',
      variant: 'similarTask',
      params: { task: 'other.add', similar: 'tasks.add' },
    });
    const job = await all.reports.whenFinished(await submit(all, 'nobody.knows', [], { anyName: true }));
    assert.equal(job.status, 'failed');
    assert.match(job.error?.message ?? '', /^NotRegistered/);
    assert.equal(job.error?.variant, 'notRegistered');
  });
}
