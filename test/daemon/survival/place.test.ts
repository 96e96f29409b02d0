import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { findDaemon } from '../../../shared/client/find.ts';
import type { StartLine } from '../../../shared/daemon.ts';
import { isTerminal } from '../../../shared/status.ts';
import { groupMembers } from '../../unit/daemon/engines/local/bench.ts';
import { Call, cliBundle } from '../cli/bench.ts';
import { daemonBundle, killJobs, launchDaemon, makeHome, startDaemon, type TestDaemon } from '../harness.ts';

/** Another container is a PID namespace, another machine one with another machine ID. */
const places = {
  'another container': ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'],
  'another machine': [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount --bind "$MACHINE_ID" /etc/machine-id && exec "$@"',
    'sh',
  ],
};

describe('a home that is used in two places', function () {
  this.timeout(60_000);
  let home: string;
  let folder: string;
  const ends: (() => Promise<unknown>)[] = [];

  before(function () {
    try {
      execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    } catch {
      this.skip();
    }
  });
  beforeEach(() => {
    home = makeHome();
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-place-'));
    writeFileSync(join(folder, 'machine-id'), '0123456789abcdef0123456789abcdef\n');
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    killJobs(home);
    for (const one of [home, folder]) rmSync(one, { recursive: true, force: true, maxRetries: 5 });
  });

  const env = () => ({ ...process.env, JOBDECK_HOME: home, MACHINE_ID: join(folder, 'machine-id') });

  /** Starts a daemon elsewhere. Its network is the same, so tests can talk to it. */
  async function startIn(place: string[]): Promise<{ line: StartLine; kill(): Promise<void> }> {
    const [program = '', ...args] = [...place, process.execPath, daemonBundle];
    const child = spawn(program, args, { env: env(), stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const kill = async () => {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exited;
    };
    ends.push(kill);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return { line: JSON.parse(line), kill };
  }

  async function startHere(): Promise<TestDaemon> {
    const daemon = await startDaemon({ home });
    ends.push(() => daemon.kill9());
    return daemon;
  }

  const jobdeck = (args: string[], place: string[] = []) => {
    const [program = '', ...rest] = [...place, process.execPath, cliBundle, ...args];
    return new Call(spawn(program, rest, { env: env(), stdio: ['ignore', 'pipe', 'pipe'] })).ended;
  };

  for (const [what, place] of Object.entries(places)) {
    it(`is refused in ${what} while jobs may be running in the first one`, async () => {
      const first = await startHere();
      const { id } = await first.submit('exec sleep 60');
      await first.waitForJob(id, ({ status }) => status === 'running');
      await first.kill9();

      const { line } = await startIn(place);
      assert('error' in line);
      assert.equal(line.error.code, 'HOME_IN_USE');
      assert.match(line.error.message, /A job of the Jobdeck home .* was running on .+, and can’t be seen from here/);
      assert.match(line.error.hint ?? '', /jobdeck daemon start --take-over/);

      const again = await startHere();
      assert.equal((await again.request('GET', `/v1/jobs/${id}`)).body.status, 'running');
    });

    it(`is taken over in ${what} on request: the jobs fail, and none of them is run again`, async () => {
      const mark = join(folder, 'ran');
      const first = await startHere();
      const { id } = await first.submit(`echo x >>${mark}; exec sleep 60`, { retry: { attempts: 3 } });
      await first.waitForJob(id, ({ status }) => status === 'running');
      const supervisor: number = (await first.request('GET', `/v1/jobs/${id}`)).body.attempts[0].pid;
      await first.kill9();

      const { line } = await startIn([...place]);
      assert('error' in line);
      const { code, stderr } = await jobdeck(['daemon', 'start', '--take-over'], place);
      assert.equal(code, 0, stderr);
      const shown = JSON.parse((await jobdeck(['show', id, '--json'], place)).stdout);
      assert.deepEqual([shown.status, shown.error.code, shown.attempt], ['failed', 'RUNS_ELSEWHERE', 1]);
      assert.equal(readFileSync(mark, 'utf8'), 'x\n');
      assert.notDeepEqual(await groupMembers(supervisor), []);
      process.kill(-supervisor, 'SIGKILL');
      const found = await findDaemon(home);
      if (found?.health) await jobdeck(['daemon', 'stop'], place);
    });

    it(`may move to ${what} when none of its jobs are running`, async () => {
      const first = await startHere();
      const { id } = await first.submit('true');
      await first.waitForJob(id, ({ status }) => isTerminal(status));
      await first.stop();
      const { line } = await startIn(place);
      assert('ready' in line, JSON.stringify(line));
    });
  }

  it('is refused there while a daemon runs here, and clients there say where it is', async () => {
    const daemon = await startHere();
    const apart = ['unshare', '--net', ...places['another container']];
    const { line } = await startIn(apart);
    assert('error' in line);
    assert.equal(line.error.code, 'HOME_IN_USE');
    assert.match(line.error.message, new RegExp(`process ${daemon.info.pid}\\.$`));
    for (const args of [['ls'], ['daemon', 'status'], ['daemon', 'stop'], ['daemon', 'start']]) {
      const { code, stdout } = await jobdeck([...args, '--json'], apart);
      assert.equal(code, 1, args.join(' '));
      assert.match(JSON.parse(stdout).error.message, new RegExp(`process ${daemon.info.pid}`), args.join(' '));
    }
    assert.equal((await daemon.request('GET', '/v1/health')).status, 200);
  });

  it('has its daemon named where only the network is separate', async () => {
    const daemon = await startHere();
    const { code, stdout } = await jobdeck(['daemon', 'status', '--json'], ['unshare', '--net']);
    assert.equal(code, 1);
    assert.match(JSON.parse(stdout).error.message, new RegExp(`process ${daemon.info.pid}`));
  });

  it('is free again when a container has ended, and its namespace ID is in use again', async () => {
    const { line, kill } = await startIn(places['another container']);
    assert('ready' in line);
    await kill();
    const daemon = await startHere();
    const refused = await launchDaemon(home);
    assert('error' in refused.line && refused.line.error.code === 'DAEMON_ALREADY_RUNNING');
    await daemon.stop();
  });
});
