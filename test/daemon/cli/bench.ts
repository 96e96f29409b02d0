/** Runs the built command line as a process in a temporary home. Build it before: `node esbuild.mjs daemon`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { untilGone } from '../../../shared/client/process.ts';
import type { DaemonInfo } from '../../../shared/daemon.ts';
import type { JobDetail } from '../../../shared/job.ts';
import { killJobs, makeHome } from '../harness.ts';

export const cliBundle = resolve(import.meta.dirname, '../../../dist/cli.js');

export interface CallResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CallOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Whether the test writes to stdin. Otherwise stdin is closed. */
  stdin?: 'pipe';
}

/** A running call of the command line. */
export class Call {
  readonly process: ChildProcess;
  readonly ended: Promise<CallResult>;
  stdout = '';
  stderr = '';
  readonly #listeners = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.process = child;
    child.stdout?.setEncoding('utf8').on('data', (part: string) => this.#receive(() => (this.stdout += part)));
    child.stderr?.setEncoding('utf8').on('data', (part: string) => this.#receive(() => (this.stderr += part)));
    this.ended = once(child, 'close').then(([code, signal]) => {
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** Resolves when the output so far satisfies the condition. Fails if the call exits before. */
  async until(satisfies: (call: Call) => boolean): Promise<void> {
    await new Promise<void>((settle, fail) => {
      const check = () => satisfies(this) && settle();
      this.#listeners.add(check);
      check();
      this.ended.then((end) => fail(new Error(`The call exited before: ${JSON.stringify(end)}`)), fail);
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  #receive(append: () => void): void {
    append();
    for (const listener of this.#listeners) listener();
  }
}

/** A temporary home in which tests call the command line. */
export class CliBench {
  readonly home = makeHome();
  readonly #calls: Call[] = [];
  readonly #daemons = new Set<number>();

  /** Starts `jobdeck …`. */
  start(args: string[], { env = {}, cwd = this.home, stdin }: CallOptions = {}): Call {
    const child = spawn(process.execPath, [cliBundle, ...args], {
      cwd,
      env: { ...process.env, JOBDECK_HOME: this.home, ...env },
      stdio: [stdin ?? 'ignore', 'pipe', 'pipe'],
    });
    const call = new Call(child);
    this.#calls.push(call);
    return call;
  }

  /** Runs `jobdeck …` until it exits. */
  async call(args: string[], options?: CallOptions): Promise<CallResult> {
    const end = await this.start(args, options).ended;
    this.#noteDaemon();
    return end;
  }

  /** Runs `jobdeck … --json` and returns its exit code and its stdout, which must be one JSON document. */
  // biome-ignore lint/suspicious/noExplicitAny: tests access documents freely, and fail if something is missing
  async json(args: string[], options?: CallOptions): Promise<{ code: number | null; document: any }> {
    const split = args.indexOf('--');
    const [words, rest] = split < 0 ? [args, []] : [args.slice(0, split), args.slice(split)];
    const { code, stdout, stderr } = await this.call([...words, '--json', ...rest], options);
    try {
      return { code, document: JSON.parse(stdout) };
    } catch (error) {
      throw new Error(`Not a JSON document: ${JSON.stringify({ stdout, stderr, code })}`, { cause: error });
    }
  }

  /** Exit code and error code of a call with --json. */
  async errorOf(args: string[]): Promise<[number | null, string]> {
    const { code, document } = await this.json(args);
    return [code, document.error?.code];
  }

  /** Submits a shell command and returns the job’s ID. */
  async submit(shell: string): Promise<string> {
    const { stdout } = await this.call(['submit', '--shell', '--', shell]);
    return stdout.trim();
  }

  async show(id: string): Promise<JobDetail> {
    return (await this.json(['show', id])).document;
  }

  /** The content of daemon.json. */
  info(): DaemonInfo {
    return JSON.parse(readFileSync(join(this.home, 'daemon.json'), 'utf8'));
  }

  writeInfo(text: string): void {
    writeFileSync(join(this.home, 'daemon.json'), text);
  }

  /** Kills the daemon with SIGKILL. */
  async killDaemon(): Promise<DaemonInfo> {
    const info = this.info();
    process.kill(info.pid, 'SIGKILL');
    await untilGone(info.pid, 10_000);
    return info;
  }

  /** Ends all calls, the daemon and the jobs of this home, and deletes it. */
  async dispose(): Promise<void> {
    for (const { process: child } of this.#calls) child.kill('SIGKILL');
    await Promise.all(this.#calls.map(({ ended }) => ended));
    this.#noteDaemon();
    for (const pid of this.#daemons) {
      // Only end it if it is alive and a daemon of this home.
      if (!(await untilGone(pid, 0)) && isDaemon(pid)) process.kill(pid, 'SIGKILL');
      await untilGone(pid, 10_000);
    }
    killJobs(this.home);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  #noteDaemon(): void {
    try {
      this.#daemons.add(this.info().pid);
    } catch {
      // No daemon is running, or a test has replaced its file.
    }
  }
}

function isDaemon(pid: number): boolean {
  return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('daemon.js');
}
