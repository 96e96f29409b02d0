import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../../shared/job.ts';
import { CliBench } from './bench.ts';

describe('tags on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  const tagged = async (...args: string[]) => {
    const { document } = await bench.json(['ls', ...args]);
    return document.jobs.map(({ tags }: Job) => tags);
  };

  it('are given with --tag, shown, and listed', async () => {
    const { stdout } = await bench.call(['submit', '--tag', 'docs', '--tag', 'nightly', '--tag', 'docs', '--', 'true']);
    await bench.call(['submit', '--tag', 'nightly', '--', 'true']);
    await bench.call(['submit', '--', 'true']);
    const id = stdout.trim();
    assert.deepEqual((await bench.show(id)).tags, ['docs', 'nightly']);
    assert.match((await bench.call(['show', id])).stdout, /^tags +docs, nightly$/m);
    assert.deepEqual(await tagged('--tag', 'docs'), [['docs', 'nightly']]);
    assert.deepEqual(await tagged('--tag', 'docs', '--tag', 'nightly'), [['nightly'], ['docs', 'nightly']]);
    assert.deepEqual(await tagged('--tag', 'other'), []);
  });

  it('are passed on by backfills, schedules and definitions', async () => {
    const range = ['--from', '2026-03-28', '--to', '2026-03-29', '--every', '1d'];
    await bench.call(['backfill', ...range, '--tag', 'load', '--', 'true']);
    assert.deepEqual(await tagged('--tag', 'load'), [['load']]);
    await bench.call(['schedule', 'add', 'nightly', '--cron', '@daily', '--tag', 'cron', '--', 'true']);
    assert.match((await bench.call(['schedule', 'show', 'nightly'])).stdout, /^tags +cron$/m);
    await bench.call(['schedule', 'run', 'nightly']);
    assert.deepEqual(await tagged('--tag', 'cron'), [['cron']]);
    mkdirSync(join(bench.home, '.vscode'));
    const definition = { jobs: { build: { command: 'true', tags: ['defined'] } } };
    writeFileSync(join(bench.home, '.vscode/jobs.json'), JSON.stringify(definition));
    await bench.call(['submit', 'build']);
    await bench.call(['submit', 'build', '--tag', 'given']);
    assert.deepEqual(await tagged('--tag', 'defined'), [['defined']]);
    assert.deepEqual(await tagged('--tag', 'given'), [['given']]);
  });

  it('reject commas, whitespace and more than twenty', async () => {
    const many = Array.from({ length: 21 }, (_, n) => ['--tag', `t${n}`]).flat();
    for (const tags of [['--tag', 'a,b'], ['--tag', 'a b'], ['--tag='], ['--tag', 'x'.repeat(51)], many]) {
      assert.deepEqual(await bench.errorOf(['submit', ...tags, '--', 'true']), [1, 'INVALID_REQUEST'], tags[1]);
    }
    assert.match((await bench.call(['submit', '--tag', 'a b', '--', 'true'])).stderr, /--tag/);
  });

  it('select the jobs to cancel', async () => {
    const { stdout } = await bench.call(['submit', '--hold', '--tag', 'docs', '--', 'true']);
    await bench.call(['submit', '--hold', '--', 'true']);
    const { document } = await bench.json(['cancel', '--tag', 'docs', '--yes']);
    assert.deepEqual(document.done, [stdout.trim()]);
  });
});

describe('paused and held jobs on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('are listed by their state', async () => {
    const held = (await bench.call(['submit', '--hold', '--', 'true'])).stdout.trim();
    const ids = async (status: string) => (await bench.call(['ls', '-q', '--status', status])).stdout.trim();
    assert.equal(await ids('held'), held);
    assert.equal(await ids('paused'), '');
    if (process.platform === 'win32') return;
    const running = await bench.submit('echo ready; sleep 30');
    await bench.start(['logs', '-f', running]).until(({ stdout }) => stdout.includes('ready'));
    await bench.call(['pause', running]);
    assert.equal(await ids('paused'), running);
    assert.equal(await ids('held,paused'), `${running}\n${held}`);
  });
});
