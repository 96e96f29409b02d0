import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { LocalEngine } from '../../../../../daemon/engines/local/engine.ts';
import type { Command } from '../../../../../shared/job.ts';
import { Bench, type Reported, supervisors, waitForFolder } from './bench.ts';

for (const kind of supervisors) {
  describe(`running a local job (supervisor: ${kind})`, () => {
    let bench: Bench;
    let engine: LocalEngine;
    let reported: Reported;

    beforeEach(async () => {
      bench = new Bench();
      ({ engine, reported } = await bench.engine(kind));
    });
    afterEach(() => bench.dispose());

    async function run(command: Command | string[], env: Record<string, string> = {}) {
      const launch = bench.launch(command);
      await engine.start({ ...launch, env: { ...launch.env, ...env } });
      return { launch, outcome: await reported.outcome(launch) };
    }

    it('reports the start with the pid of the supervisor, then the end', async () => {
      const { launch, outcome } = await run(['sh', '-c', 'echo $PPID']);

      assert.deepEqual(
        reported.of(launch).map((report) => report.kind),
        ['started', 'ended'],
      );
      assert.equal(bench.log(launch), `${await reported.pid(launch)}\n`);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.error], [0, null, null]);
      const { startedAt } = await reported.next('started', launch);
      assert.ok(startedAt <= outcome.endedAt);
    });

    it('reports the exit code, and the end of the output with the error', async () => {
      const { outcome } = await run(['sh', '-c', 'echo first; echo "\x1b[31mlast\x1b[0m" >&2; exit 3']);

      assert.equal(outcome.exitCode, 3);
      assert.deepEqual([outcome.error?.code, outcome.error?.details], ['EXIT_CODE', 'first\nlast']);
    });

    it('finds the cause of a failure in more output than the details contain', async () => {
      const { outcome } = await run(['sh', '-c', 'echo "OSError: [Errno 28] No space left on device"; seq 30; exit 1']);

      assert.equal(outcome.error?.code, 'DISK_FULL');
      assert.equal(outcome.error?.details?.includes('OSError'), false);
    });

    it('distinguishes a command that was not found from one that is not executable', async () => {
      const missing = await run(['no-such-program', 'x']);
      writeFileSync(join(bench.home, 'plain'), 'echo hi', { mode: 0o644 });
      const plain = await run(['./plain']);

      assert.deepEqual([missing.outcome.exitCode, missing.outcome.error?.code], [127, 'COMMAND_NOT_FOUND']);
      assert.match(missing.outcome.error?.message ?? '', /“no-such-program”/);
      assert.deepEqual([plain.outcome.exitCode, plain.outcome.error?.code], [126, 'PERMISSION_DENIED']);
    });

    it('reports the signal that ended the command', async () => {
      const term = await run(['sh', '-c', 'kill -TERM $$']);
      const kill = await run(['sh', '-c', 'kill -KILL $$']);

      assert.deepEqual([term.outcome.exitCode, term.outcome.signal], [143, 'SIGTERM']);
      assert.deepEqual(
        [kill.outcome.exitCode, kill.outcome.signal, kill.outcome.error?.code],
        [137, 'SIGKILL', 'SIGNAL'],
      );
    });

    it('keeps stdout and stderr in the order they were written', async () => {
      const { launch } = await run(['sh', '-c', 'for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done']);

      assert.equal(bench.log(launch), [1, 2, 3, 4, 5].map((i) => `out ${i}\nerr ${i}\n`).join(''));
    });

    it('keeps large output complete', async () => {
      const script = 'for (let i = 0; i < 200000; i++) process.stdout.write("line " + i + "\\n")';
      const { launch } = await run([process.execPath, '-e', script]);

      const lines = bench.log(launch).split('\n');
      assert.equal(lines.length, 200_001);
      assert.ok(lines.slice(0, -1).every((line, i) => line === `line ${i}`));
    });

    it('passes unusual arguments on unchanged', async () => {
      const odd = ['a  b', '"\'', '$HOME', 'two\nlines', '--', '-x', ''];
      const { launch } = await run(['printf', '[%s]', ...odd]);

      assert.equal(bench.log(launch), odd.map((word) => `[${word}]`).join(''));
    });

    it('runs a program whose name is that of a shell built-in or begins with a dash', async () => {
      for (const name of ['exit', '-v']) {
        mkdirSync(join(bench.home, 'bin'), { recursive: true });
        writeFileSync(join(bench.home, 'bin', name), '#!/bin/sh\necho "program $*"\n', { mode: 0o755 });
        const { launch } = await run([name, '3'], { PATH: `${join(bench.home, 'bin')}:/usr/bin:/bin` });

        assert.equal(bench.log(launch), 'program 3\n');
      }
      assert.equal((await run(['-none'])).outcome.exitCode, 127);
    });

    it('runs a shell line in the folder of the job', async () => {
      const { launch } = await run({ shell: 'pwd; echo "$PWD" && false || echo $((1 + 1))' });

      assert.equal(bench.log(launch), `${bench.home}\n${bench.home}\n2\n`);
    });

    it("passes the submitter's environment on unchanged, including unusual names, and adds the job's ID", async () => {
      const env = {
        A: ' a\nb ',
        EMPTY: '',
        'odd-name.x': '1',
        'BASH_FUNC_echo%%': '() { false; }',
        NODE_OPTIONS: '--no-warnings',
        VSCODE_PID: '1',
        ELECTRON_RUN_AS_NODE: '1',
      };
      const { launch } = await run([process.execPath, '-p', 'JSON.stringify(process.env)'], env);
      const { SHLVL, _, OLDPWD, JOBDECK_LAUNCH, ...seen } = JSON.parse(bench.log(launch));
      assert.match(JOBDECK_LAUNCH, /^[0-9a-f]{32}$/);

      const { VSCODE_PID, ELECTRON_RUN_AS_NODE, ...kept } = { ...launch.env, ...env };
      assert.deepEqual(seen, { ...kept, PWD: bench.home, JOBDECK_JOB_ID: launch.jobId, JOBDECK_ATTEMPT: '1' });
    });

    it('leaves no file descriptor open in the daemon', async () => {
      const isIdle = () => waitForFolder(bench.runDir, () => readdirSync(bench.runDir).join() === 'boot');
      const before = descriptors(bench.home);
      await Promise.all([run(['true']), run(['false']), run(['no-such-program']), run({ shell: 'echo x' })]);
      await isIdle();

      // There is no event for a closed pipe.
      while (additional(descriptors(bench.home), before).length > 0) await setTimeout(10);
    });

    it('removes its run folder once the end is committed', async () => {
      const { launch } = await run(['true']);

      await waitForFolder(bench.runDir, () => readdirSync(bench.runDir).join() === 'boot');
      assert.equal(existsSync(bench.logs.path(launch.jobId, 1)), true);
    });

    it('keeps the run folder and repeats the report if the end could not be committed', async () => {
      reported.refusals = 1;
      const launch = bench.launch(['sh', '-c', 'exit 5']);
      await engine.start(launch);

      assert.equal((await reported.outcome(launch)).exitCode, 5);
      assert.equal(bench.problems.length, 1);
    });

    it('starts many jobs at once', async () => {
      const launches = Array.from({ length: 30 }, (_, i) => bench.launch(['sh', '-c', `echo ${i}; exit ${i}`]));
      await Promise.all(launches.map((launch) => engine.start(launch)));
      const codes = await Promise.all(launches.map(async (launch) => (await reported.outcome(launch)).exitCode));

      assert.deepEqual(
        codes,
        launches.map((_, i) => i),
      );
      assert.deepEqual(
        launches.map((launch) => bench.log(launch)),
        launches.map((_, i) => `${i}\n`),
      );
    });
  });
}

describe('a local job that cannot be started', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => bench.dispose());

  async function failure(change: { cwd?: string; command?: string[] }, deps = {}) {
    const { engine, reported } = await bench.engine('sh', [], deps);
    const launch = { ...bench.launch(change.command ?? ['true']), ...(change.cwd ? { cwd: change.cwd } : {}) };
    await engine.start(launch);
    const { error, exitCode } = await reported.outcome(launch);
    assert.equal(exitCode, null);
    assert.equal(reported.of(launch).length, 1);
    return error;
  }

  it('names its folder if it does not exist', async () => {
    const gone = join(bench.home, 'gone');
    mkdirSync(gone);
    rmSync(gone, { recursive: true });

    const error = await failure({ cwd: gone });
    assert.equal(error?.code, 'CWD_MISSING');
    assert.ok(error?.message.includes(gone));
  });

  it('reports a problem with the log folder', async () => {
    writeFileSync(join(bench.home, 'logs'), 'not a folder');

    const error = await failure({});
    assert.equal(error?.code, 'START_FAILED');
    assert.match(error?.message ?? '', /logs/);
    assert.ok(error?.hint);
  });

  it('reports a problem with the run folder', async () => {
    writeFileSync(join(bench.home, 'run'), 'not a folder');

    assert.equal((await failure({}))?.code, 'START_FAILED');
  });

  it('reports that the command is too long', async () => {
    const error = await failure({ command: ['true', 'x'.repeat(3_000_000)] });

    assert.equal(error?.code, 'START_FAILED');
    assert.match(error?.hint ?? '', /too long/);
  });

  it('reports that the supervisor is missing', async () => {
    const error = await failure({}, { supervisor: 'node', supervisorFile: join(bench.home, 'none.js') });

    assert.equal(error?.code, 'START_FAILED');
    assert.match(error?.details ?? '', /none\.js/);
  });
});

/** What is in `now` more often than in `before`. Pipes of an earlier test may still have been open before. */
function additional(now: string[], before: string[]): string[] {
  const known = [...before];
  return now.filter((one) => {
    const index = known.indexOf(one);
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
}

/** The open pipes and processes of this process and, on Linux, its open files in a folder. */
function descriptors(folder: string): string[] {
  const resources = process.getActiveResourcesInfo().filter((name) => /Pipe|Process/.test(name));
  if (process.platform !== 'linux') return resources;
  const files = readdirSync('/proc/self/fd').map((fd) => target(`/proc/self/fd/${fd}`));
  return [...resources, ...files.filter((file) => file.startsWith(folder))];
}

/** The target of a link; empty if it is gone, like the descriptor that listed the others. */
function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
