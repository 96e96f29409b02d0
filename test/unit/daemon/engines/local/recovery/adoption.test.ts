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
import { isThere } from '../../../../../../daemon/engines/local/processes/process.ts';
import { Bench, folderShows, groupEnds, supervisors } from '../bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.dispose());

const left = (launch: Launch, more: Partial<UnfinishedAttempt> = {}): UnfinishedAttempt => ({
  ...launch,
  status: 'running',
  cancelRequested: false,
  ...more,
});

for (const kind of supervisors) {
  describe(`a job whose daemon is gone (supervisor: ${kind})`, () => {
    /** Starts a shell line, waits until it says `ready`, and loses the engine. It goes on once `<home>/go-on` is there. */
    async function orphan(line: string): Promise<Launch> {
      const { engine, reported } = await bench.engine(kind);
      const launch = bench.launch(['sh', '-c', line]);
      await engine.start(launch);
      await bench.says(launch, 'ready');
      await reported.next('started', launch);
      await engine.close();
      return launch;
    }
    const goOn = () => writeFileSync(join(bench.home, 'go-on'), '');
    const untilGoOn = 'until [ -e go-on ]; do sleep 0.02; done';

    it('is adopted while it runs, and its end is seen', async () => {
      const launch = await orphan(`echo ready; ${untilGoOn}; echo done; exit 3`);
      const { reported } = await bench.engine(kind, [left(launch)]);
      assert.deepEqual(
        reported.all.filter((report) => report.kind !== 'started'),
        [],
      );
      goOn();

      assert.equal((await reported.outcome(launch)).exitCode, 3);
      assert.equal(bench.log(launch), 'ready\ndone\n');
    });

    it('has its end told by the run folder when nobody saw it', async () => {
      const launch = await orphan(`echo ready; ${untilGoOn}; exit 3`);
      const folder = bench.folder(launch);
      goOn();
      await folderShows(folder.path, async () => (await folder.outcome()) !== null);
      const when = new Date(Date.now() - 5000);
      utimesSync(join(folder.path, 'exit'), when, when);
      const { reported } = await bench.engine(kind, [left(launch)]);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.endedAt, outcome.error?.details], [3, when.getTime(), 'ready']);
      assert.deepEqual(readdirSync(bench.runDir), ['boot']);
    });

    it('is reported as started when the lost daemon had not come to it', async () => {
      const launch = await orphan(`echo ready; ${untilGoOn}`);
      const { reported } = await bench.engine(kind, [left(launch, { status: 'starting' })]);

      assert.equal(await reported.pid(launch), await bench.folder(launch).pid());
      goOn();
      await reported.outcome(launch);
    });

    it('can be cancelled', async () => {
      const launch = await orphan('echo ready; exec sleep 60');
      const { engine, reported } = await bench.engine(kind, [left(launch)]);
      await engine.cancel(launch);

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error], [143, 'SIGTERM', null]);
    });

    it('is cancelled on when its daemon died in the middle of that', async () => {
      const launch = await orphan('trap "" TERM; echo ready; while :; do sleep 0.05; done');
      const { reported } = await bench.engine(kind, [left(launch, { cancelRequested: true })], {
        graceMs: 200,
      });

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error], [137, 'SIGKILL', null]);
    });

    it('has what a cancel left of it ended', async function () {
      // Only Linux tells whose processes these are once their supervisor has gone.
      if (process.platform !== 'linux') this.skip();
      const launch = await orphan('(trap "" TERM; echo ready; while :; do sleep 0.05; done) & wait');
      const group = (await bench.folder(launch).pid()) ?? 0;
      process.kill(-group, 'SIGTERM');
      await folderShows(bench.folder(launch).path, async () => (await bench.folder(launch).outcome()) !== null);
      const { reported } = await bench.engine(kind, [left(launch, { cancelRequested: true })], {
        graceMs: 200,
      });

      assert.equal((await reported.outcome(launch)).exitCode, 143);
      await groupEnds(group);
    });

    it('is adopted by one daemon after the other', async () => {
      const launch = await orphan(`echo ready; ${untilGoOn}; exit 4`);
      for (let daemon = 0; daemon < 3; daemon += 1) {
        const { engine } = await bench.engine(kind, [left(launch)]);
        await engine.close();
      }
      const { engine, reported } = await bench.engine(kind, [left(launch)]);
      await engine.recover([left(launch)]);
      goOn();

      assert.equal((await reported.outcome(launch)).exitCode, 4);
      assert.equal(reported.of(launch).filter((report) => report.kind === 'ended').length, 1);
    });

    it('ends without a status when its supervisor is killed, and takes its command with it', async () => {
      const launch = await orphan('echo ready; exec sleep 60');
      const { reported } = await bench.engine(kind, [left(launch)]);
      const supervisor = (await bench.folder(launch).pid()) ?? 0;
      process.kill(supervisor, 'SIGKILL');

      const outcome = await reported.outcome(launch);
      assert.deepEqual([outcome.exitCode, outcome.error?.code], [null, 'NO_EXIT_STATUS']);
      if (process.platform === 'linux') await groupEnds(supervisor);
    });
  });

  describe(`a supervisor that is killed (supervisor: ${kind})`, () => {
    it('leaves no status, and the end of the output as details', async () => {
      const { engine, reported } = await bench.engine(kind);
      const launch = bench.launch(['sh', '-c', 'echo ready; exec sleep 60']);
      await engine.start(launch);
      await bench.says(launch, 'ready');
      process.kill(await reported.pid(launch), 'SIGKILL');

      const { exitCode, error } = await reported.outcome(launch);
      assert.deepEqual([exitCode, error?.code, error?.details], [null, 'NO_EXIT_STATUS', 'ready']);
    });

    it('can not hide an exit code the daemon sees itself', async () => {
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

describe('what is left of an attempt', () => {
  const launch = () => bench.launch(['sh', '-c', 'echo ran']);

  async function recovered(attempt: UnfinishedAttempt) {
    const { reported } = await bench.engine('sh', [attempt]);
    return reported.all;
  }

  /** The record an engine leaves that started something in this boot. */
  async function bootRecorded(): Promise<void> {
    const { engine } = await bench.engine('sh');
    await engine.close();
  }

  it('is nothing when its launch was not begun: it is dispatched again', async () => {
    await bootRecorded();
    const [report] = await recovered(left(launch(), { status: 'starting' }));

    assert.equal(report?.kind, 'neverStarted');
  });

  it('is only its folder when the daemon died before the supervisor came: it is dispatched again', async () => {
    await bootRecorded();
    const attempt = launch();
    await bench.folder(attempt).create();
    const [report] = await recovered(left(attempt, { status: 'starting' }));

    assert.equal(report?.kind, 'neverStarted');
    assert.deepEqual(readdirSync(bench.runDir), ['boot']);
  });

  it('is a pid that the supervisor had not finished writing: it is dispatched again', async () => {
    await bootRecorded();
    const attempt = launch();
    await bench.folder(attempt).create();
    writeFileSync(join(bench.folder(attempt).path, 'pid'), '12');
    const [report] = await recovered(left(attempt, { status: 'starting' }));

    assert.equal(report?.kind, 'neverStarted');
  });

  it('is not run again when it was cancelled before it began', async () => {
    await bootRecorded();
    const [report] = await recovered(left(launch(), { status: 'starting', cancelRequested: true }));

    assert.equal(report?.kind, 'ended');
    assert.equal(report?.kind === 'ended' ? report.outcome.error : undefined, null);
  });

  it('is not run again after a restart of the machine, when files may be missing', async () => {
    mkdirSync(bench.runDir, { recursive: true });
    writeFileSync(join(bench.runDir, 'boot'), 'another boot\n');
    const [report] = await recovered(left(launch(), { status: 'starting' }));

    assert.ok(report?.kind === 'ended');
    assert.equal(report.outcome.error?.code, 'NO_EXIT_STATUS');
    assert.match(report.outcome.error.message, /restarted/);
    assert.notEqual(readFileSync(join(bench.runDir, 'boot'), 'utf8'), 'another boot\n');
  });

  it('is adopted when its supervisor works, whatever is thought of the machine', async () => {
    const first = await bench.engine('sh');
    const running = bench.launch(['sh', '-c', 'echo ready; until [ -e go-on ]; do sleep 0.02; done; exit 3']);
    await first.engine.start(running);
    await bench.says(running, 'ready');
    await first.engine.close();
    rmSync(join(bench.runDir, 'boot'));
    const { reported } = await bench.engine('sh', [left(running)]);
    writeFileSync(join(bench.home, 'go-on'), '');

    assert.equal((await reported.outcome(running)).exitCode, 3);
  });

  it('is not run again when it ran but its folder was deleted', async () => {
    await bootRecorded();
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
    it(`has no exit status when its record is ${what} and its supervisor is gone`, async () => {
      await bootRecorded();
      const attempt = launch();
      const folder = bench.folder(attempt);
      await folder.create();
      writeFileSync(join(folder.path, 'pid'), `${await deadPid()}\n`);
      writeFileSync(join(folder.path, 'exit'), content);
      const { reported } = await bench.engine('sh', [left(attempt)]);

      assert.equal((await reported.outcome(attempt)).error?.code, 'NO_EXIT_STATUS');
    });
  }

  it('has no exit status when its record can not be read', async () => {
    await bootRecorded();
    const attempt = launch();
    const folder = bench.folder(attempt);
    await folder.create();
    writeFileSync(join(folder.path, 'pid'), `${await deadPid()}\n`);
    rmSync(join(folder.path, 'exit'));
    mkdirSync(join(folder.path, 'exit'));
    const { reported } = await bench.engine('sh', [left(attempt)]);

    assert.equal((await reported.outcome(attempt)).error?.code, 'NO_EXIT_STATUS');
  });

  it('is never a process that got the same pid later: that is neither adopted nor signalled', async () => {
    await bootRecorded();
    const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    await once(stranger, 'spawn');
    const attempt = launch();
    await bench.folder(attempt).create();
    writeFileSync(join(bench.folder(attempt).path, 'pid'), `${stranger.pid}\n`);
    const { reported } = await bench.engine('sh', [left(attempt, { cancelRequested: true })]);
    await reported.outcome(attempt);

    assert.equal(isThere(stranger.pid ?? 0), true);
    assert.equal(stranger.signalCode, null);
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
    assert.equal(stranger.signalCode, 'SIGKILL');
  });

  it('is swept away when it was settled before, but not while its supervisor works', async () => {
    const first = await bench.engine('sh');
    const running = bench.launch(['sh', '-c', 'echo ready; exec sleep 60']);
    await first.engine.start(running);
    await bench.says(running, 'ready');
    await first.engine.close();
    await bench.folder({ jobId: 'settled', attempt: 1, launch: 1 }).create();
    appendFileSync(join(bench.runDir, 'note.txt'), 'not ours');
    await bench.engine('sh');

    assert.deepEqual(readdirSync(bench.runDir).sort(), ['boot', `${running.jobId}.1.1`, 'note.txt'].sort());
    assert.ok(statSync(bench.folder(running).path).isDirectory());
  });

  it('keeps a launch that was made before from running again', async () => {
    const { engine, reported } = await bench.engine('sh');
    const attempt = launch();
    await bench.folder(attempt).create();
    await engine.start(attempt);

    assert.equal((await reported.outcome(attempt)).error?.code, 'NO_EXIT_STATUS');
    assert.equal(bench.logs.size(attempt.jobId, 1), null);
  });
});

/** A pid nobody has any more. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}
