/** Runs the built daemon as a process in a temporary home, for tests. Build it before: `node esbuild.mjs daemon`. */
import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { WebSocket } from 'ws';
import { homeFiles } from '../../shared/client/home.ts';
import type { DaemonInfo, StartLine } from '../../shared/daemon.ts';
import { FeedPicture } from '../../shared/feed.ts';
import type { FeedMessage } from '../../shared/feedMessages.ts';
import type { Command, Job, JobDetail } from '../../shared/job.ts';

export const daemonBundle = resolve(import.meta.dirname, '../../dist/daemon.js');

export interface StartOptions {
  /** The daemon's home. By default a new one, which `dispose` deletes. */
  home?: string;
  /** Variables to add to this process's environment, or to remove if undefined. */
  env?: Record<string, string | undefined>;
  /** Content of config.json. */
  config?: unknown;
  /** Another copy of the built daemon. */
  bundle?: string;
  /** Its descriptors. The output must be a pipe. */
  stdio?: StdioOptions;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests access replies freely, and fail if something is missing
  body: any;
}

/** The result of starting a daemon: its process and its start line. */
export interface Launched {
  process: ChildProcess;
  line: StartLine;
  /** Resolves when the process has exited. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export function makeHome(): string {
  return mkdtempSync(join(tmpdir(), 'jobdeck-test-'));
}

/** Starts the built daemon and returns its start line, including errors. */
export async function launchDaemon(home: string, options: Omit<StartOptions, 'home'> = {}): Promise<Launched> {
  if (options.config !== undefined) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(join(home, homeFiles.config), JSON.stringify(options.config));
  }
  const child = spawn(process.execPath, [options.bundle ?? daemonBundle], {
    cwd: tmpdir(),
    env: { ...process.env, ...options.env, JOBDECK_HOME: home },
    stdio: options.stdio ?? ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const line = await new Promise<string>((settle, fail) => {
    createInterface({ input: child.stdout as Readable }).once('line', settle);
    child.once('error', fail);
    exited.then(({ code, signal }) => {
      setImmediate(() => fail(new Error(`The daemon exited (${code ?? signal}) without a start line.`)));
    }, fail);
  });
  return { process: child, line: JSON.parse(line), exited };
}

/** Starts the built daemon in a temporary home and waits until it is ready. Call `dispose` at the end. */
export async function startDaemon(options: StartOptions = {}): Promise<TestDaemon> {
  const home = options.home ?? makeHome();
  const launched = await launchDaemon(home, options);
  if ('error' in launched.line) throw new Error(`The daemon did not start: ${JSON.stringify(launched.line.error)}`);
  const daemon = new TestDaemon(home, options.home === undefined, launched.line.ready, launched);
  // It answers this when it has found its jobs again. The connection would count toward its limits.
  await daemon.request('GET', '/v1/queues', undefined, { connection: 'close' });
  return daemon;
}

export class TestDaemon {
  readonly home: string;
  readonly info: DaemonInfo;
  readonly url: string;
  readonly process: ChildProcess;
  readonly exited: Launched['exited'];
  private readonly ownsHome: boolean;

  constructor(home: string, ownsHome: boolean, info: DaemonInfo, launched: Launched) {
    this.home = home;
    this.ownsHome = ownsHome;
    this.info = info;
    this.url = `http://127.0.0.1:${info.port}`;
    this.process = launched.process;
    this.exited = launched.exited;
  }

  /** Sends a request with the token. `body` is sent as JSON; `headers` are added. */
  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.info.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : null };
  }

  /** Submits a command (a string is a shell command) and returns the job. */
  async submit(command: Command | string, more: Record<string, unknown> = {}): Promise<JobDetail> {
    const reply = await this.request('POST', '/v1/jobs', {
      command: typeof command === 'string' ? { shell: command } : command,
      cwd: tmpdir(),
      ...more,
    });
    if (reply.status !== 201) throw new Error(`The submission was rejected: ${reply.text}`);
    return reply.body;
  }

  /** A connection to the change feed without a subscription. */
  openStream(
    headers: Record<string, string> = { authorization: `Bearer ${this.info.token}` },
    path = '/v1/stream',
  ): WebSocket {
    return new WebSocket(`ws://127.0.0.1:${this.info.port}${path}`, { headers });
  }

  /** Resolves with the job when the feed shows it in a state that satisfies `predicate`. */
  async waitForJob(id: string, predicate: (job: Job) => boolean): Promise<Job> {
    const socket = this.openStream();
    try {
      return await new Promise<Job>((settle, fail) => {
        const picture = new FeedPicture();
        socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', epoch: null, rev: null })));
        socket.on('message', (data) => {
          const message: FeedMessage = JSON.parse(String(data));
          if (message.type === 'error') fail(new Error(message.error.message));
          if (message.type !== 'snapshot' && message.type !== 'changes') return;
          picture.apply(message);
          const job = picture.jobs.get(id);
          if (job !== undefined && predicate(job)) settle(job);
        });
        socket.on('error', fail);
        socket.on('close', () => fail(new Error(`The feed closed while waiting for job ${id}.`)));
      });
    } finally {
      socket.close();
    }
  }

  /** Stops the daemon with SIGTERM and waits for its exit. Jobs keep running. */
  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    await this.exited;
  }

  /** Kills the daemon with SIGKILL and waits for its exit. Jobs keep running. */
  async kill9(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }

  /** Kills the daemon and all jobs in its home. Deletes the home if `startDaemon` created it. */
  async dispose(): Promise<void> {
    await this.kill9();
    killJobs(this.home);
    if (this.ownsHome) rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Kills running jobs in this home: the process groups of supervisors whose command line contains it. */
export function killJobs(home: string): void {
  const runs = join(home, homeFiles.run);
  if (!existsSync(runs)) return;
  for (const run of readdirSync(runs)) {
    const file = join(runs, run, 'pid');
    const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN;
    // The home may have been moved since, so its path is not compared.
    if (pid > 1 && commandLine(pid).includes(`/${run}`)) killGroup(pid);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has just exited.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return ''; // The process no longer exists.
  }
}
