import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DefinitionsBench } from './bench.ts';

describe('an active definition file', () => {
  let bench: DefinitionsBench;
  beforeEach(async () => {
    bench = await DefinitionsBench.open();
  });
  afterEach(() => bench.end());

  const nightly = (cron: string, more: object = {}) => ({
    jobs: { nightly: { command: 'make', schedule: cron, ...more } },
  });
  const names = (file: string) => bench.schedules.names(file);

  it('in the home is read at the start and after every change, even if it is created later', async () => {
    await bench.definitions.start();
    await bench.defined(() =>
      bench.write(bench.homeFile, { ...nightly('@daily'), queues: { cpu: { concurrency: 2 } } }),
    );
    assert.deepEqual(names(bench.homeFile), ['nightly @daily']);
    assert.equal(bench.concurrency('cpu'), 2);
    await bench.defined(() =>
      bench.write(bench.homeFile, { ...nightly('@hourly'), queues: { cpu: { concurrency: 3 } } }),
    );
    assert.deepEqual(names(bench.homeFile), ['nightly @hourly']);
    assert.equal(bench.concurrency('cpu'), 3);
    assert.ok(bench.logged.some(([, message]) => message === 'A definition file changed a queue.'));
  });

  it('is read again when an editor replaces it', async () => {
    bench.write(bench.homeFile, nightly('@daily'));
    await bench.definitions.start();
    await bench.defined(() => {
      writeFileSync(`${bench.homeFile}.new`, JSON.stringify(nightly('@hourly')));
      renameSync(`${bench.homeFile}.new`, bench.homeFile);
    });
    assert.deepEqual(names(bench.homeFile), ['nightly @hourly']);
  });

  it('of a workspace is active only if it was added, and uses the workspace as its folder', async () => {
    bench.write(bench.appFile, nightly('@daily', { command: 'ls ${workspaceFolder}' }));
    await bench.definitions.start();
    assert.equal(bench.schedules.calls, 0);
    const file = await bench.definitions.add(bench.app);
    assert.deepEqual(file, {
      path: bench.appFile,
      workspace: bench.app,
      problems: [],
      names: ['nightly'],
      pending: null,
    });
    assert.deepEqual(bench.schedules.defined.get(bench.appFile)?.[0]?.job, {
      command: { shell: `ls ${bench.app}` },
      title: 'nightly',
      type: 'nightly',
      definition: { file: bench.appFile, name: 'nightly' },
      cwd: bench.app,
      workspace: bench.app,
    });
  });

  it('is rejected when added if it is invalid or missing, and nothing changes', async () => {
    await bench.definitions.start();
    await assert.rejects(bench.definitions.add(bench.app), { code: 'INVALID_DEFINITION' });
    bench.write(bench.appFile, '{"jobs": {\n"a": {"comand": "x"}}}');
    await assert.rejects(bench.definitions.add(bench.app), (error: Error) => {
      assert.ok(
        error.message.startsWith(`${bench.appFile}:2:6: “jobs.a” needs “command”. There is 1 more problem.`),
        error.message,
      );
      return true;
    });
    bench.write(bench.appFile, nightly('never'));
    await assert.rejects(bench.definitions.add(bench.app), /1:49: It never runs\. Such as/);
    await assert.rejects(bench.definitions.add('app'), { code: 'INVALID_REQUEST' });
    assert.deepEqual(names(bench.appFile), []);
    assert.equal(bench.definitions.list().files.length, 1);
  });

  it('that can’t be read any more causes a warning, and its last valid version stays active', async () => {
    bench.write(bench.homeFile, nightly('@daily'));
    await bench.definitions.start();
    const calls = bench.schedules.calls;
    const [warning] = await bench.warned(() => bench.write(bench.homeFile, '{"jobs": {\n  "a" 1}}'));
    assert.equal(warning, `${bench.homeFile}:2:7: Expected a colon.`);
    assert.equal(bench.schedules.calls, calls);
    const { files, jobs } = bench.definitions.list();
    assert.deepEqual([files[0]?.problems.length, jobs.map(({ name }) => name)], [1, ['nightly']]);

    await bench.restart();
    assert.equal(bench.warnings.list()[0]?.message, warning);
    assert.deepEqual(
      bench.definitions.list().jobs.map(({ name }) => name),
      ['nightly'],
    );
    assert.deepEqual(await bench.warned(() => bench.write(bench.homeFile, nightly('@hourly'))), []);
    assert.deepEqual(names(bench.homeFile), ['nightly @hourly']);
  });

  const queue = (concurrency: number) => ({ queues: { cpu: { concurrency } } });

  it('whose changes don’t fit on the disk keeps its last version, and is tried again until they do', async () => {
    bench.write(bench.homeFile, queue(1));
    await bench.definitions.start();
    const free = bench.jobs.fillDisk();
    const [warning] = await bench.warned(() => bench.write(bench.homeFile, queue(2)));
    assert.match(warning ?? '', /^Changes of .* are inactive, because they could not be saved\. The disk is full/);
    assert.deepEqual(
      bench.warnings.list().map(({ code }) => code),
      ['DEFINITION_NOT_SAVED'],
    );
    assert.deepEqual(bench.definitions.list().files[0]?.problems, [], 'nothing is wrong with the file');
    assert.equal(bench.concurrency('cpu'), 1);
    bench.write(bench.appFile, queue(2));
    await assert.rejects(bench.definitions.add(bench.app), { code: 'STORAGE_FULL' });

    free();
    const [again, ...others] = bench.later;
    assert.deepEqual(others, []);
    assert.ok(again);
    assert.deepEqual(await bench.warned(again), []);
    assert.equal(bench.concurrency('cpu'), 2);
  });

  it('that is deleted while the disk is full can’t be added again, and the reason is not the file', async () => {
    bench.write(bench.appFile, nightly('@daily'));
    await bench.definitions.start();
    await bench.definitions.add(bench.app);
    const free = bench.jobs.fillDisk();
    const [warning] = await bench.warned(() => rmSync(bench.appFile));
    assert.match(warning ?? '', /could not be saved/);
    await assert.rejects(bench.definitions.add(bench.app), { code: 'STORAGE_FULL' });
    free();
  });

  const scheduled = (schedule: string, more: object = {}) => ({ command: 'make', schedule, ...more });

  for (const [kind, broken] of [
    ['a mistake', scheduled('@weekly', { comand: 'x' })],
    ['a schedule that never runs', scheduled('never')],
    ['an unknown queue', scheduled('@weekly', { queue: 'gpu' })],
  ] as const) {
    it(`with ${kind} in one job keeps the last valid schedule of this job, and changes the others`, async () => {
      bench.write(bench.homeFile, { jobs: { good: scheduled('@daily'), bad: scheduled('@daily') } });
      await bench.definitions.start();
      const jobs = { good: scheduled('@hourly'), bad: broken, more: scheduled('@yearly') };
      const [warning] = await bench.warned(() =>
        bench.write(bench.homeFile, { jobs, queues: { cpu: { concurrency: 2 } } }),
      );
      assert.ok(warning?.startsWith(`${bench.homeFile}:1:`), warning);
      assert.deepEqual(names(bench.homeFile).sort(), ['bad @daily', 'good @hourly', 'more @yearly']);
      assert.equal(bench.concurrency('cpu'), 2);

      // The warning and the schedule are also there after a restart, and changed queues stay as they are.
      await bench.jobs.jobs.queues.set('cpu', { concurrency: 5 });
      await bench.restart();
      assert.equal(bench.warnings.list()[0]?.message, warning);
      assert.deepEqual(names(bench.homeFile).sort(), ['bad @daily', 'good @hourly', 'more @yearly']);
      assert.equal(bench.concurrency('cpu'), 5);
      await bench.warned(() => bench.write(bench.homeFile, { jobs: { good: jobs.good, bad: scheduled('@hourly') } }));
      assert.deepEqual(names(bench.homeFile).sort(), ['bad @hourly', 'good @hourly']);
      assert.deepEqual(bench.warnings.list(), []);
    });
  }

  it('with a problem can be added for the rest of it, and needs no review while only that is broken', async () => {
    const jobs = { good: scheduled('@daily'), bad: scheduled('@daily', { comand: 'x' }) };
    bench.write(bench.appFile, { jobs });
    await bench.definitions.start();
    const file = await bench.definitions.add(bench.app);
    assert.deepEqual([file.names, file.problems.map(({ path }) => path)], [['good'], ['jobs.bad.comand']]);
    assert.deepEqual(names(bench.appFile), ['good @daily']);
    bench.write(bench.appFile, { jobs: { good: { ...jobs.good, comand: 'x' }, bad: jobs.bad } });
    await bench.restart();
    const [, again] = bench.definitions.list().files;
    assert.deepEqual([again?.problems.length, again?.pending], [2, null]);
    assert.deepEqual(names(bench.appFile), ['good @daily']);
    bench.write(bench.appFile, { jobs: { good: jobs.good, bad: scheduled('@daily') } });
    await bench.restart();
    assert.deepEqual(
      bench.definitions.list().files[1]?.pending?.changes.map(({ name, change }) => `${name} ${change}`),
      ['bad added'],
    );
  });

  it('reports an unknown queue, a variable that is not set, and a name that is already in use', async () => {
    await bench.definitions.start();
    const queue = await bench.warned(() => bench.write(bench.homeFile, nightly('@daily', { queue: 'gpu' })));
    assert.match(queue[0] ?? '', /:1:66: Unknown queue “gpu”\./);
    const unset = await bench.warned(() => bench.write(bench.homeFile, nightly('@daily', { cwd: '${env:NOSUCH}' })));
    assert.match(unset[0] ?? '', /“NOSUCH” that “nightly” uses is not set/);
    await bench.defined(() => bench.write(bench.homeFile, nightly('@daily')));
    bench.write(bench.appFile, nightly('@daily'));
    await assert.rejects(bench.definitions.add(bench.app), /schedule “nightly” is already defined in .*jobs\.json/);
  });

  it('is activated at the next start only if it was changed in the meantime', async () => {
    bench.write(bench.homeFile, { ...nightly('@daily'), queues: { cpu: { concurrency: 2 } } });
    await bench.definitions.start();
    await bench.jobs.jobs.queues.set('cpu', { concurrency: 5 });
    await bench.restart();
    assert.deepEqual([bench.schedules.calls, bench.concurrency('cpu')], [1, 5]);
    await bench.definitions.close();
    bench.write(bench.homeFile, nightly('@hourly'));
    await bench.restart();
    assert.deepEqual(names(bench.homeFile), ['nightly @hourly']);
  });

  it('that is deleted loses its schedules, and gets them back when its folder returns', async () => {
    bench.write(bench.appFile, nightly('@daily'));
    await bench.definitions.start();
    await bench.definitions.add(bench.app);
    const [warning] = await bench.warned(() => rmSync(dirname(bench.appFile), { recursive: true }));
    assert.match(warning ?? '', /was deleted/);
    assert.deepEqual(names(bench.appFile), []);
    assert.match(bench.definitions.list().files[1]?.problems[0]?.message ?? '', /was deleted/);
    await bench.defined(() => {
      mkdirSync(dirname(bench.appFile));
      bench.write(bench.appFile, nightly('@daily'));
    });
    assert.deepEqual(names(bench.appFile), ['nightly @daily']);
  });

  it('that was removed has no schedules anymore, even after a restart', async () => {
    bench.write(bench.appFile, nightly('@daily'));
    await bench.definitions.start();
    await assert.rejects(bench.definitions.remove(bench.app), { code: 'UNKNOWN_DEFINITION' });
    await bench.definitions.add(bench.app);
    await bench.definitions.remove(bench.app);
    assert.deepEqual(names(bench.appFile), []);
    await bench.restart();
    assert.deepEqual(
      bench.definitions.list().files.map(({ path }) => path),
      [bench.homeFile],
    );
  });
});
