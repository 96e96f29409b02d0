/** Keeps a daemon running, as clients do, and stops it when asked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { StartLine } from '../../shared/daemon.ts';
import { daemonBundle } from '../daemon/harness.ts';
import type { RoundFolder } from './roundFolder.ts';

/** The label of jobs that run with the environment of the daemon. */
const lostLabel = 'lost';

/** Milliseconds between attempts to start a daemon in a failing home. */
const retryMs = 50;
/** Milliseconds that a daemon may take to stop by itself. */
const evictionMs = 30_000;

interface Running {
  process: ChildProcess;
  isReady: boolean;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The driver is stopping it. */
  isExpected: boolean;
}

export class Keeper {
  readonly #roundFolder: RoundFolder;
  readonly #env: NodeJS.ProcessEnv;
  /** A failing disk excuses a daemon that does not start. */
  readonly #excused: () => boolean;
  readonly #violation: (text: string) => void;
  #current: Running | null = null;
  #wanted = false;
  #ready: (() => void)[] = [];
  kills = 0;
  starts = 0;

  constructor(
    roundFolder: RoundFolder,
    options: { movesClock: boolean; mark: string; excused: () => boolean; violation: (text: string) => void },
  ) {
    const { JOBDECK_URL, JOBDECK_TOKEN, JOBDECK_JOB_ID, JOBDECK_ATTEMPT, NODE_OPTIONS, ...env } = process.env;
    this.#roundFolder = roundFolder;
    this.#excused = options.excused;
    this.#violation = options.violation;
    this.#env = {
      ...env,
      JOBDECK_TORTURE_DAEMON: options.mark,
      TMPDIR: roundFolder.work,
      // A job whose environment was lost with the database is retried with this one, and can still write that it ran.
      PROOF: roundFolder.proofs,
      LABEL: lostLabel,
    };
    if (!options.movesClock) return;
    this.#env.JOBDECK_TORTURE_CLOCK = roundFolder.clock;
    this.#env.NODE_OPTIONS = `--require=${join(import.meta.dirname, 'clock.cjs')}`;
  }

  /** Starts a daemon and replaces it whenever it is gone, until `kill` or `terminate`. */
  start(): void {
    this.#wanted = true;
    if (this.#current === null) this.#launch();
  }

  /** Resolves when the daemon has reported that it is ready. */
  ready(): Promise<void> {
    if (this.#current?.isReady) return Promise.resolve();
    return new Promise((resolve) => this.#ready.push(resolve));
  }

  /** The process ID of the daemon if it has reported that it is ready. */
  get pid(): number | null {
    return this.#current?.isReady ? (this.#current.process.pid ?? null) : null;
  }

  /** Does something after which the daemon must stop by itself. Returns whether it did. */
  async evict(act: () => void): Promise<boolean> {
    this.#wanted = false;
    const running = this.#current;
    if (running !== null) running.isExpected = true;
    act();
    const over = new AbortController();
    const late = pause(evictionMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const);
    const result = await Promise.race([late, running?.exited]);
    over.abort();
    if (result !== 'late') return true;
    await this.kill();
    return false;
  }

  /** Kills the daemon at once and waits for its exit. It is stopped with SIGSTOP for `frozenMs` before. */
  async kill(frozenMs = 0): Promise<void> {
    this.#wanted = false;
    const running = this.#current;
    if (running === null) return;
    running.isExpected = true;
    if (frozenMs > 0 && running.process.kill('SIGSTOP')) await pause(frozenMs);
    if (running.process.kill('SIGKILL')) this.kills += 1;
    await running.exited;
  }

  /** Sends SIGTERM and waits for the exit. With `killAfterMs`, kills the daemon after that time. */
  async terminate(killAfterMs: number | null = null): Promise<void> {
    this.#wanted = false;
    const running = this.#current;
    if (running === null) return;
    running.isExpected = true;
    const { isReady } = running;
    running.process.kill('SIGTERM');
    if (killAfterMs !== null) {
      const over = new AbortController();
      const late = pause(killAfterMs, true, { signal: over.signal }).catch(() => false);
      const isLate = await Promise.race([late, running.exited.then(() => false)]);
      over.abort();
      if (isLate && running.process.kill('SIGKILL')) this.kills += 1;
      await running.exited;
      return;
    }
    const { code, signal } = await running.exited;
    // Before it is ready, SIGTERM has its default effect.
    const isFine = code === 0 || (!isReady && signal === 'SIGTERM') || this.#excused();
    if (!isFine) this.#violation(`The daemon exited with ${code ?? signal} after SIGTERM.`);
  }

  #launch(): void {
    this.starts += 1;
    const child = spawn(process.execPath, [daemonBundle], {
      cwd: '/',
      env: { ...this.#env, JOBDECK_HOME: this.#roundFolder.daemonHome },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    const running: Running = { process: child, isReady: false, exited, isExpected: false };
    this.#current = running;
    let failure: string | null = null;
    createInterface({ input: child.stdout }).once('line', (line) => {
      const result = JSON.parse(line) as StartLine;
      if ('error' in result) {
        failure = `${result.error.code}: ${result.error.message}`;
        return;
      }
      running.isReady = true;
      for (const resolve of this.#ready.splice(0)) resolve();
    });
    child.stderr.on('data', (text) => appendFileSync(join(this.#roundFolder.folder, 'stderr'), text));
    void exited.then(async ({ code, signal }) => {
      this.#current = null;
      if (running.isExpected) return;
      if (!this.#excused()) {
        this.#violation(
          `The daemon exited unexpectedly with ${code ?? signal}: ${failure ?? 'see daemon.log and stderr'}.`,
        );
      }
      await pause(retryMs);
      if (this.#wanted && this.#current === null) this.#launch();
    });
  }
}
