import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Launch, UnfinishedAttempt } from '../../../../../../daemon/engines/engine.ts';
import { processExists } from '../../../../../../daemon/engines/local/processes/process.ts';
import { Bench, supervisors, waitForFolder, waitForGroupEnd } from '../bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.dispose());

const left = (launch: Launch, more: Partial<UnfinishedAttempt> = {}): UnfinishedAttempt => ({
  ...launch,
  status: 'running',
  cancelRequested: false,
  paused: false,
  ...more,
});

for (const kind of supervisors) {
  describe(`a job whose daemon has exited (supervisor: ${kind})`, () => {
    /** Starts a shell line, waits until it prints `ready`, and closes the engine. */
    async function orphan(line: string): Promise<Launch> {
      const { engine, reported } = await bench.engine(kind);
      const launch = bench.launch(['sh', '-c', line]);
      await engine.start(launch);
      await bench.prints(launch, 'ready');
      await reported.next('started', launch);
      await engine.close();
      return launch;
    }
    const release = () => writeFileSync(join(bench.home, 'release'), '');
    const untilReleased = 'until [ -e release ]; do sleep 0.02; done';

    it('is adopted while it is running, and its end is reported', async () => {
      const launch = await orphan(`echo ready; ${untilReleased}; echo done; exit 3`);
      const { reported } = await bench.engine(kind, [left(launch)]);
      assert.deepEqual(
        reported.all.filter((report) => report.kind !== 'started'),
        [],
      );
      release();

      assert.equal((await reported.outcome(launch)).exitCode, 3);
      assert.equal(bench.log(launch), 'ready\ndone\n');
    });

    it('has its end read from the run folder if it ended without a daemon', async () => {
      const launch = await orphan(`echo ready; ${untilReleased}; exit 3`);
      const folder = bench.folder(launch);
      release();
      await waitForFolder(folder.path, async () => (await folder.outcome()) !== null);
      const when = new Date(Date.now() - 5000);
      utimesSync(join(folder.path, 'exit'), when, when);
      const { reported } = await bench.engine(kind, [left(launch)]);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.endedAt, outcome.error?.details], [3, when.getTime(), 'ready']);
      await waitForFolder(bench.runDir, () => readdirSync(bench.runDir).join() === 'boot');
    });

    it('is reported as started if the earlier daemon had not reported that', async () => {
      const launch = await orphan(`echo ready; ${untilReleased}`);
      const { reported } = await bench.engine(kind, [left(launch, { status: 'starting' })]);

      assert.equal(await reported.pid(launch), await bench.folder(launch).pid());
      release();
      await reported.outcome(launch);
    });

    it('can be cancelled', async () => {
      const launch = await orphan('echo ready; exec sleep 60');
      const { engine, reported } = await bench.engine(kind, [left(launch)]);
      await engine.cancel(launch);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error], [143, 'SIGTERM', null]);
    });

    it('has its cancel completed if the daemon exited in the middle of it', async () => {
      const launch = await orphan('trap "" TERM; echo ready; while :; do sleep 0.05; done');
      const { reported } = await bench.engine(kind, [left(launch, { cancelRequested: true })], {
        graceMs: 200,
      });

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error], [137, 'SIGKILL', null]);
    });

    it('has its remaining processes ended after a cancel', async function () {
      // Only on Linux can the processes be identified after their supervisor has ended.
      if (process.platform !== 'linux') this.skip();
      const launch = await orphan('(trap "" TERM; echo ready; while :; do sleep 0.05; done) & wait');
      const group = (await bench.folder(launch).pid()) ?? 0;
      process.kill(-group, 'SIGTERM');
      await waitForFolder(bench.folder(launch).path, async () => (await bench.folder(launch).outcome()) !== null);
      const { reported } = await bench.engine(kind, [left(launch, { cancelRequested: true })], {
        graceMs: 200,
      });

      assert.equal((await reported.outcome(launch)).exitCode, 143);
      await waitForGroupEnd(group);
    });

    it('is adopted by several daemons in turn', async () => {
      const launch = await orphan(`echo ready; ${untilReleased}; exit 4`);
      for (let daemon = 0; daemon < 3; daemon += 1) {
        const { engine } = await bench.engine(kind, [left(launch)]);
        await engine.close();
      }
      const { engine, reported } = await bench.engine(kind, [left(launch)]);
      await engine.recover([left(launch)]);
      release();

      assert.equal((await reported.outcome(launch)).exitCode, 4);
      assert.equal(reported.of(launch).filter((report) => report.kind === 'ended').length, 1);
    });

    it('ends without a status if its supervisor is killed, and its command is killed too', async () => {
      const launch = await orphan('echo ready; exec sleep 60');
      const { reported } = await bench.engine(kind, [left(launch)]);
      const supervisor = (await bench.folder(launch).pid()) ?? 0;
      process.kill(supervisor, 'SIGKILL');

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.error?.code], [null, 'NO_EXIT_STATUS']);
      if (process.platform === 'linux') await waitForGroupEnd(supervisor);
    });
  });

  describe(`a supervisor that is killed (supervisor: ${kind})`, () => {
    it('leaves no status, but the end of the output as details', async () => {
      const { engine, reported } = await bench.engine(kind);
      const launch = bench.launch(['sh', '-c', 'echo ready; exec sleep 60']);
      await engine.start(launch);
      await bench.prints(launch, 'ready');
      process.kill(await reported.pid(launch), 'SIGKILL');

      const { exitCode, error } = await reported.outcome(launch);
      assert.deepEqual([exitCode, error?.code, error?.details], [null, 'NO_EXIT_STATUS', 'ready']);
    });

    it('does not hide an exit code that the daemon received itself', async () => {
      const { engine, reported } = await bench.engine(kind);
      const launch = bench.launch([
        'sh',
        '-c',
        `rm "${bench.folder({ ...bench.launch([]), jobId: 'job1' }).path}/exit"; exit 6`,
      ]);
      const named = { ...launch, jobId: 'job1' };
      await engine.start(named);

      assert.equal((await reported.outcome(named)).exitCode, 6);
    });
  });
}

describe('recovery of an attempt', () => {
  const launch = () => bench.launch(['sh', '-c', 'echo ran']);

  async function recovered(attempt: UnfinishedAttempt) {
    const { reported } = await bench.engine('sh', [attempt]);
    return reported.all;
  }

  /** Writes the record of an engine that ran in the current boot. */
  async function recordBoot(): Promise<void> {
    const { engine } = await bench.engine('sh');
    await engine.close();
  }

  it('dispatches it again if its launch had not begun', async () => {
    await recordBoot();
    const [report] = await recovered(left(launch(), { status: 'starting' }));

    assert.equal(report?.kind, 'neverStarted');
  });

  it('dispatches it again if the daemon exited before the supervisor started', async () => {
    await recordBoot();
    const attempt = launch();
    await bench.folder(attempt).create();
    const [report] = await recovered(left(attempt, { status: 'starting' }));

    assert.equal(report?.kind, 'neverStarted');
    assert.deepEqual(readdirSync(bench.runDir), ['boot']);
  });

  it('dispatches it again if the supervisor had not finished writing its pid', async () => {
    await recordBoot();
    const attempt = launch();
    await bench.folder(attempt).create();
    writeFileSync(join(bench.folder(attempt).path, 'pid'), '12');
    const [report] = await recovered(left(attempt, { status: 'starting' }));

    assert.equal(report?.kind, 'neverStarted');
  });

  it('does not run it again if it was cancelled before it began', async () => {
    await recordBoot();
    const [report] = await recovered(left(launch(), { status: 'starting', cancelRequested: true }));

    assert.equal(report?.kind, 'ended');
    assert.equal(report?.kind === 'ended' ? report.outcome.error : undefined, null);
  });

  it('does not run it again after the machine was restarted, because files may be missing', async () => {
    mkdirSync(bench.runDir, { recursive: true });
    writeFileSync(join(bench.runDir, 'boot'), 'another boot\n');
    const [report] = await recovered(left(launch(), { status: 'starting' }));

    assert.ok(report?.kind === 'ended');
    assert.equal(report.outcome.error?.code, 'NO_EXIT_STATUS');
    assert.match(report.outcome.error.message, /restarted/);
    assert.notEqual(readFileSync(join(bench.runDir, 'boot'), 'utf8'), 'another boot\n');
  });

  it('adopts it if its supervisor is running, even if the machine seems to have been restarted', async () => {
    const first = await bench.engine('sh');
    const running = bench.launch(['sh', '-c', 'echo ready; until [ -e release ]; do sleep 0.02; done; exit 3']);
    await first.engine.start(running);
    await bench.prints(running, 'ready');
    await first.engine.close();
    rmSync(join(bench.runDir, 'boot'));
    const { reported } = await bench.engine('sh', [left(running)]);
    writeFileSync(join(bench.home, 'release'), '');

    assert.equal((await reported.outcome(running)).exitCode, 3);
  });

  it('does not run it again if it ran but its folder was deleted', async () => {
    await recordBoot();
    const [report] = await recovered(left(launch()));

    assert.ok(report?.kind === 'ended');
    assert.equal(report.outcome.error?.code, 'NO_EXIT_STATUS');
  });

  for (const [what, content] of [
    ['blank', ' '.repeat(64)],
    ['empty', ''],
    ['garbled', '\0\0x9\n'],
    ['cut off', '12'],
  ] as const) {
    it(`reports no exit status if the record is ${what} and the supervisor is gone`, async () => {
      await recordBoot();
      const attempt = launch();
      const folder = bench.folder(attempt);
      await folder.create();
      writeFileSync(join(folder.path, 'pid'), `${await deadPid()}\n`);
      writeFileSync(join(folder.path, 'exit'), content);
      const { reported } = await bench.engine('sh', [left(attempt)]);

      assert.equal((await reported.outcome(attempt)).error?.code, 'NO_EXIT_STATUS');
    });
  }

  it('reports no exit status if the record cannot be read', async () => {
    await recordBoot();
    const attempt = launch();
    const folder = bench.folder(attempt);
    await folder.create();
    writeFileSync(join(folder.path, 'pid'), `${await deadPid()}\n`);
    rmSync(join(folder.path, 'exit'));
    mkdirSync(join(folder.path, 'exit'));
    const { reported } = await bench.engine('sh', [left(attempt)]);

    assert.equal((await reported.outcome(attempt)).error?.code, 'NO_EXIT_STATUS');
  });

  it('neither adopts nor signals a process that reuses the pid', async () => {
    await recordBoot();
    const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    await once(stranger, 'spawn');
    const attempt = launch();
    await bench.folder(attempt).create();
    writeFileSync(join(bench.folder(attempt).path, 'pid'), `${stranger.pid}\n`);
    const { reported } = await bench.engine('sh', [left(attempt, { cancelRequested: true })]);
    await reported.outcome(attempt);

    assert.equal(processExists(stranger.pid ?? 0), true);
    assert.equal(stranger.signalCode, null);
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
    assert.equal(stranger.signalCode, 'SIGKILL');
  });

  it('removes folders of settled launches, but not while their supervisor is running', async () => {
    const first = await bench.engine('sh');
    const running = bench.launch(['sh', '-c', 'echo ready; exec sleep 60']);
    await first.engine.start(running);
    await bench.prints(running, 'ready');
    await first.engine.close();
    await bench.folder({ jobId: 'settled', attempt: 1, launch: 1 }).create();
    appendFileSync(join(bench.runDir, 'note.txt'), 'not ours');
    await bench.engine('sh');

    assert.deepEqual(readdirSync(bench.runDir).sort(), ['boot', `${running.jobId}.1.1`, 'note.txt'].sort());
    assert.ok(statSync(bench.folder(running).path).isDirectory());
  });

  it('does not run a launch a second time', async () => {
    const { engine, reported } = await bench.engine('sh');
    const attempt = launch();
    await bench.folder(attempt).create();
    await engine.start(attempt);

    assert.equal((await reported.outcome(attempt)).error?.code, 'NO_EXIT_STATUS');
    assert.equal(bench.logs.size(attempt.jobId, 1), null);
  });
});

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}
