/** Output that can't be written is an error of every command. */
import assert from 'node:assert/strict';
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { addAllVerbs } from '../../../cli/allVerbs.ts';
import { makeProgram } from '../../../cli/program.ts';
import { Runner } from '../../../cli/runner.ts';
import { CliBench, cliBundle } from './bench.ts';

const full = '/dev/full';
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

describe('output that can’t be written', () => {
  let bench: CliBench;
  let job: string;
  let held: string;
  let later: string;
  let slow: string;
  before(async function () {
    if (!existsSync(full)) return this.skip();
    bench = new CliBench();
    mkdirSync(join(bench.home, '.vscode'));
    writeFileSync(join(bench.home, '.vscode', 'jobs.json'), '{"jobs": {"build": {"command": "true"}}}');
    job = (await bench.call(['submit', '-t', 'one', '--', 'echo', 'hello'])).stdout.trim();
    await bench.call(['wait', job]);
    held = (await bench.call(['submit', '--hold', '--', 'true'])).stdout.trim();
    later = (await bench.call(['submit', '--in', '1h', '--', 'true'])).stdout.trim();
    slow = (await bench.call(['submit', '--stdin', '--', 'sleep', '600'])).stdout.trim();
    await bench.call(['schedule', 'add', 'nightly', '--cron', '0 3 * * *', '--', 'true']);
  });
  after(() => bench?.dispose());

  async function call(args: readonly string[], stdio: SpawnOptions['stdio'], input = '') {
    const env = { ...process.env, JOBDECK_HOME: bench.home };
    const child = spawn(process.execPath, [cliBundle, ...args], { cwd: bench.home, env, stdio });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    // The program may exit before it has read everything.
    child.stdin?.on('error', () => undefined).write(input);
    const [code, signal] = await once(child, 'close');
    return { code, signal, stderr };
  }
  const toFull = (args: readonly string[]) =>
    call(args, ['pipe', openSync(full, 'w'), 'pipe'], `${JSON.stringify(initialize)}\n`);

  /** Arguments with which each command has something to print, in an order in which they all work. */
  const calls = (): string[][] => [
    [],
    ['help'],
    ['help', 'run'],
    ['--help'],
    ['--version'],
    ['run', '--help'],
    ['run', '--', 'echo', 'x'],
    ['run', '-d', '--', 'echo', 'x'],
    ['submit', '--', 'true'],
    ['backfill', '--from', '2026-03-28', '--to', '2026-03-31', '--every', '1d', '--', 'true'],
    ['ls'],
    ['ls', '-q'],
    ['show', job],
    ['show', job, job],
    ['logs', job],
    ['logs', '-f', job],
    ['logs', job, job],
    ['wait', job],
    ['stats'],
    ['health'],
    ['hold', held],
    ['release', held],
    ['priority', 'high', later],
    ['start', later],
    ['pause', slow],
    ['resume', slow],
    ['send', slow, 'x'],
    ['cancel', slow],
    ['kill', '--all', '--yes'],
    ['retry', job],
    ['queue', 'ls'],
    ['queue', 'set', 'gpu', '--concurrency', '1'],
    ['queue', 'pause', 'gpu'],
    ['queue', 'resume', 'gpu'],
    ['queue', 'rm', 'gpu'],
    ['schedule', 'ls'],
    ['schedule', 'show', 'nightly'],
    ['schedule', 'run', 'nightly'],
    ['schedule', 'pause', 'nightly'],
    ['schedule', 'resume', 'nightly'],
    ['schedule', 'add', 'daily', '--cron', '0 3 * * *', '--', 'true'],
    ['schedule', 'rm', 'daily'],
    ['define', 'ls'],
    ['define', 'check'],
    ['define', 'add'],
    ['define', 'review'],
    ['define', 'rm'],
    ['define', 'schema'],
    ['engine', 'ls', '--json'],
    ['daemon', 'start'],
    ['daemon', 'status'],
    ['progress', '40%', '--job', job, '--json'],
    ['step', 'build', '--job', job, '--json'],
    ['message', 'hi', '--job', job, '--json'],
    ['result', '1', '--job', job, '--json'],
    ['completion', 'bash'],
    ['complete', 'l'],
    ['mcp'],
    ['rm', job],
    ['clean', '--keep', '500', '--dry-run'],
    ['clear'],
    ['daemon', 'stop'],
  ];

  it('is an error of every command, with a sentence', async function () {
    this.timeout(0);
    for (const args of calls()) {
      const { code, stderr } = await toFull(args);
      const usage = args.length === 0 ? 2 : null;
      assert.equal(code, usage ?? 1, `jobdeck ${args.join(' ')}: ${stderr}`);
      if (usage === null) assert.match(stderr, /Could not write the output: .*no space left/i, args.join(' '));
    }
  });

  it('is an error of every command with --json', async function () {
    this.timeout(0);
    for (const args of calls()) {
      if (['', 'help', 'complete', 'mcp'].includes(args[0] ?? '') || args.join().includes('--help')) continue;
      if (args.includes('--version')) continue;
      const split = args.indexOf('--');
      const words = split < 0 ? [...args, '--json'] : [...args.slice(0, split), '--json', ...args.slice(split)];
      const { code, stderr } = await toFull(words);
      assert.equal(code, 1, `jobdeck ${words.join(' ')}: ${stderr}`);
      assert.match(stderr, /Could not write the output: .*no space left/i, words.join(' '));
    }
  });

  it('is tested with all commands', () => {
    const environment = {
      home: '/',
      daemonFile: '',
      version: '1',
      env: {},
      stdout: process.stdout,
      stderr: process.stderr,
    };
    const program = makeProgram(new Runner(environment), addAllVerbs, {
      version: '1',
      argv: [],
      writeOut: () => undefined,
      writeErr: () => undefined,
    });
    const leaves = (command: Command, path: string[]): string[] =>
      command.commands.length === 0
        ? [path.join(' ')]
        : command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
    const tested = calls().map((args) => args.join(' '));
    // They need a connection to a remote engine.
    const isRemote = (path: string) => path.startsWith('engine ') && path !== 'engine ls';
    const missing = leaves(program, []).filter(
      (path) => !isRemote(path) && !tested.some((line) => line.startsWith(path)),
    );
    assert.deepEqual(missing, []);
  });

  it('is an error even if stderr can’t be written either', async () => {
    for (const args of [['ls', '--json'], ['run', '--', 'echo', 'x'], ['--version']]) {
      const { code } = await call(args, ['ignore', openSync(full, 'w'), openSync(full, 'w')]);
      assert.equal(code, 1, args.join(' '));
    }
  });

  it('is no error if only notes are lost', async () => {
    const { code } = await call(['run', '--', 'false'], ['ignore', 'ignore', openSync(full, 'w')]);
    assert.equal(code, 1);
    assert.equal((await call(['ls', '--queue', 'default'], ['ignore', 'ignore', openSync(full, 'w')])).code, 0);
  });

  it('is an error if the output of a job can’t go to stderr', async () => {
    const { code } = await call(['run', '--json', '--', 'echo', 'x'], ['ignore', 'ignore', openSync(full, 'w')]);
    assert.equal(code, 1);
  });

  it('is an error if only a part was written', async () => {
    const file = join(bench.home, 'schema');
    const line = 'ulimit -f 1; exec "$0" "$1" define schema >"$2"';
    const child = spawn('sh', ['-c', line, process.execPath, cliBundle, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 1);
    assert.match(stderr, /Could not write the output: EFBIG/);
  });

  it('ends quietly when the reader is gone', async () => {
    for (const args of [
      ['ls', '--json'],
      ['run', '--', 'seq', '1', '100000'],
      ['--help'],
      ['mcp'],
      ['completion', 'zsh'],
    ]) {
      const env = { ...process.env, JOBDECK_HOME: bench.home };
      const child = spawn(process.execPath, [cliBundle, ...args], {
        cwd: bench.home,
        env,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      child.stdout.destroy();
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        stderr += part;
      });
      child.stdin.on('error', () => undefined).write(`${JSON.stringify(initialize)}\n`);
      const [code] = await once(child, 'close');
      assert.deepEqual([code, stderr], [141, ''], args.join(' '));
    }
  });
});
