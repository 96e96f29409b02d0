import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, realpathSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliBench, cliBundle } from './bench.ts';

describe('submitting on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  /** Runs a shell line in which `jobdeck` is the built command line. */
  async function shell(line: string, cwd = bench.home) {
    const script = `jobdeck() { "$NODE" "$CLI" "$@"; }; ${line}`;
    const env = { ...process.env, JOBDECK_HOME: bench.home, NODE: process.execPath, CLI: cliBundle };
    const child = spawn('sh', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (part: string) => {
        texts[name] += part;
      });
    }
    const [code] = await once(child, 'close');
    return { code, ...texts };
  }

  it('takes as many arguments as the system does', async () => {
    const args = Array.from({ length: 60_000 }, (_, index) => String(index));
    const { stdout } = await bench.call(['run', '--', 'sh', '-c', 'echo $#; shift 59999; echo $1', 'sh', ...args]);
    assert.equal(stdout, '60000\n59999\n');
  });

  it('says that a command is too long for the system', async function () {
    if (process.platform !== 'linux') return this.skip();
    await bench.call(['daemon', 'start']);
    const { port, token } = bench.info();
    const submit = async (argv: string[]) => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/jobs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ command: { argv }, cwd: bench.home }),
      });
      const { id } = (await response.json()) as { id: string };
      await bench.call(['wait', id]);
      return (await bench.show(id)).error;
    };
    for (const argv of [
      ['true', 'x'.repeat(200_000)],
      ['true', ...Array.from({ length: 300_000 }, () => 'abc')],
    ]) {
      const error = await submit(argv);
      assert.equal(error?.code, 'START_FAILED');
      assert.match(error?.hint ?? '', /The command is too long for the system/);
    }
  });

  it('works in a folder that was deleted, with an absolute --cwd', async () => {
    const gone = join(bench.home, 'gone');
    const home = realpathSync(bench.home);
    mkdirSync(gone);
    const inGone = (line: string) => shell(`mkdir -p ${gone} && cd ${gone} && rmdir ${gone} && ${line}`);
    rmdirSync(gone);
    assert.deepEqual(await inGone(`jobdeck run -C ${home} -- pwd`), { code: 0, stdout: `${home}\n`, stderr: '' });
    assert.match((await inGone(`jobdeck submit --cwd ${home} -- true`)).stdout, /^\w{10}\n$/);
    assert.equal((await inGone('jobdeck wait @ && jobdeck retry @ -- true && jobdeck wait @')).code, 0);
    const add = await inGone(`jobdeck schedule add nightly --cron @daily -C ${home} -- true`);
    assert.equal(add.code, 0, add.stderr);
    const range = '--from 2026-03-01 --to 2026-03-02 --every 1d --dry-run';
    const backfill = await inGone(`jobdeck backfill ${range} -C ${home} -- true`);
    assert.deepEqual([backfill.code, backfill.stderr], [0, '']);
    for (const line of [
      'jobdeck submit -- true',
      'jobdeck run -C sub -- true',
      `jobdeck backfill ${range} -- true`,
      'jobdeck ls --workspace .',
      'jobdeck define ls',
      'jobdeck mcp',
      'JOBDECK_HOME=relative jobdeck ls',
    ]) {
      const { code, stderr } = await inGone(line);
      assert.equal(code, 1, line);
      assert.match(stderr, /The current working directory has been deleted\./, line);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
  });

  it('finds a defined job from a folder that was deleted, with an absolute --cwd', async () => {
    const gone = join(bench.home, 'gone');
    mkdirSync(join(bench.home, '.vscode'));
    writeFileSync(join(bench.home, '.vscode', 'jobs.json'), '{"jobs": {"load": {"command": ["echo", "loaded"]}}}');
    for (const words of [`-C ${bench.home} load`, `load -C ${bench.home}`, `load --cwd=${bench.home}`]) {
      const { code, stdout, stderr } = await shell(
        `mkdir ${gone} && cd ${gone} && rmdir ${gone} && jobdeck run ${words}`,
      );
      assert.deepEqual([code, stdout], [0, 'loaded\n'], stderr);
    }
  });

  describe('without --stdin', () => {
    it('says that a piped input is not passed on', async () => {
      const { code, stdout, stderr } = await shell('echo x | jobdeck run -- wc -c');
      assert.deepEqual([code, stdout.trim()], [0, '0']);
      assert.match(stderr, /gets no input.*--stdin/);
      assert.equal((await shell('echo x | jobdeck run --stdin -- wc -c')).stdout.trim(), '2');
      assert.equal((await shell('jobdeck run -- wc -c </dev/null')).stderr, '');
    });

    it('leaves the input to a loop around it', async () => {
      const { stdout } = await shell('printf "one\\ntwo\\n" | while read line; do jobdeck run -- echo "$line"; done');
      assert.equal(stdout, 'one\ntwo\n');
    });

    it('does not wait for an input that has no end', async () => {
      const call = bench.start(['run', '--', 'echo', 'done'], { stdin: 'pipe' });
      assert.equal((await call.ended).stdout, 'done\n');
    });
  });
});
