/** Replaces files while the daemon is running, and checks that it continues to work. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { findDaemon } from '../../shared/client/find.ts';
import { homeFiles } from '../../shared/client/home.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import { isTerminal } from '../../shared/status.ts';
import type { Driver } from './driver.ts';
import type { Follower } from './follower.ts';
import { inTime } from './inTime.ts';
import type { Keeper } from './keeper.ts';
import type { BlockedFile, Fault } from './plan.ts';
import { parseProofs } from './proofs.ts';
import type { Requests } from './requests.ts';
import type { RoundFolder } from './roundFolder.ts';

/** Milliseconds without any event after which to stop waiting for a probe. The checks then report that it is stuck. */
const patience = 45_000;

type Block = Extract<Fault, { do: 'block' }>;
type Loss = Extract<Fault, { do: 'loseInfo' }>['how'];

const obstacles: Record<Block['by'], (path: string) => void> = {
  fifo: makeFifo,
  device: (path) => symlinkSync('/dev/zero', path),
  folder: (path) => mkdirSync(path),
};

export interface FileFaultsDeps {
  roundFolder: RoundFolder;
  keeper: Keeper;
  requests: Requests;
  driver: Driver;
  follower: Follower;
  violation(text: string): void;
}

export class FileFaults {
  readonly #deps: FileFaultsDeps;
  #count = 0;

  constructor(deps: FileFaultsDeps) {
    this.#deps = deps;
  }

  /** Puts something in the place of a file that blocks a reader. The daemon answers, starts and runs jobs regardless. */
  async block({ file, by, which, restart, forMs, probe }: Block): Promise<boolean> {
    const { keeper, requests, driver } = this.#deps;
    const found = this.#find(file, which);
    if (found === null) return false;
    const { path, read } = found;
    const what = `while ${file} is a ${by}`;
    await keeper.ready();
    const restore = this.#replace(path, obstacles[by]);
    if (restore === null) return false;
    try {
      if (restart) {
        await keeper.kill();
        keeper.start();
        await this.#inTime(`start ${what}`, () => keeper.ready());
      }
      const began = performance.now();
      await this.#inTime(`answer ${what}`, () => requests.untilDone((client) => client.health()));
      if (read !== undefined) await this.#inTime(`read a log ${what}`, () => requests.untilDone(read, readErrors));
      await this.#inTime(`keep its schedules ${what}`, () => driver.definitions.check(what));
      await this.#inTime(`run a job ${what}`, async () => {
        const { id } = await driver.submit(probe);
        await this.#deps.follower.until(({ jobs }) => isTerminal(jobs.get(id ?? '')?.status ?? 'pending'), patience);
      });
      await pause(Math.max(0, forMs - (performance.now() - began)));
    } finally {
      restore();
    }
    return true;
  }

  /** Clients find the daemon without `daemon.json`, and it writes the file again. */
  async loseInfo(how: Loss): Promise<boolean> {
    const { keeper, roundFolder, violation } = this.#deps;
    await keeper.ready();
    const { pid } = keeper;
    const path = join(roundFolder.home, homeFiles.info);
    // In one step, because the daemon writes a missing file again at once.
    const next = join(roundFolder.aside, homeFiles.info);
    if (how === 'fifo') makeFifo(next);
    else if (how !== 'deleted') writeFileSync(next, how === 'garbage' ? '{"pid":' : JSON.stringify(stranger));
    if (how === 'deleted') rmSync(path, { force: true });
    else renameSync(next, path);
    const found = await findDaemon(roundFolder.home);
    const foundPid = found === null ? null : 'pid' in found ? found.pid : found.info.pid;
    if (foundPid !== pid) violation(`A client finds daemon ${foundPid} instead of ${pid} by a daemon.json: ${how}.`);
    const isRestored = async () => (await readDaemonInfo(roundFolder.home))?.pid === pid;
    await this.#inTime(`restore its daemon.json: ${how}`, async () => {
      while (!(await isRestored())) await pause(20);
    });
    return true;
  }

  #find(file: BlockedFile, which: number): { path: string; read?: (client: DaemonClient) => Promise<unknown> } | null {
    const { home } = this.#deps.roundFolder;
    const { definitions } = this.#deps.driver;
    switch (file) {
      case 'definitions':
        return definitions.isActive ? { path: definitions.file } : null;
      case 'config':
      case 'port':
        return { path: join(home, homeFiles[file]) };
      case 'daemonLog':
        return { path: join(home, homeFiles.log) };
      case 'log': {
        // Of an attempt that has started: otherwise it could not be launched.
        const proofs = parseProofs(readFileSync(this.#deps.roundFolder.proofs, 'utf8'));
        const started = proofs.filter(({ word }) => word === 'S');
        const proof = started[which % started.length];
        if (proof === undefined) return null;
        const { jobId, attempt } = proof;
        return {
          path: join(home, homeFiles.logs, jobId, `${attempt}.log`),
          read: (client) => client.readLog(jobId, attempt, { offset: 0, wait: 100 }),
        };
      }
    }
  }

  /** Returns a function that restores the file, or null if the file does not exist. */
  #replace(path: string, make: (path: string) => void): (() => void) | null {
    this.#count += 1;
    const { aside } = this.#deps.roundFolder;
    const isOnDisk = path.startsWith(this.#deps.roundFolder.home);
    const kept = isOnDisk ? join(aside, String(this.#count)) : `${path}.aside`;
    if (!exists(() => renameSync(path, kept))) return null;
    make(path);
    return () => {
      rmSync(path, { recursive: true, force: true });
      // The job may have been removed with its log.
      exists(() => renameSync(kept, path));
    };
  }

  #inTime(what: string, act: () => Promise<unknown>): Promise<void> {
    return inTime(what, act, this.#deps.violation);
  }
}

const readErrors = { known: ['LOG_UNUSABLE', 'LOG_NOT_FOUND', 'JOB_NOT_FOUND'] };

/** Another daemon, which does not exist. */
const stranger = {
  pid: 2 ** 22,
  port: 1,
  token: 'stranger',
  version: '0.0.1',
  protocol: 1,
  startedAt: new Date(0).toISOString(),
};

function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

function exists(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
