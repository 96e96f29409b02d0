/** The folder by which the daemon and the supervisor of one launch talk, also when one of them was not there. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AttemptRef } from '../../engine.ts';
import { isErrno } from '../errno.ts';

/** What a supervisor left in `exit`: the command's status, or that it found its launch revoked and ran nothing. */
export type Outcome = { kind: 'status'; status: number; at: number } | { kind: 'revoked' };

/** Statuses by which a shell says that it could not run a command. */
export const cannotRun = { found: 126, missing: 127 } as const;

/** Name of the folder of a launch. */
export function runFolderName(ref: AttemptRef): string {
  return `${ref.jobId}.${ref.attempt}.${ref.launch}`;
}

/** The launch a name in the folder of run folders is of; null for any other file there. */
export function launchOfName(name: string): AttemptRef | null {
  const [, jobId, attempt, launch] = /^([\w-]+)\.(\d+)\.(\d+)$/.exec(name) ?? [];
  return jobId === undefined ? null : { jobId, attempt: Number(attempt), launch: Number(launch) };
}

/**
 * Its files are a few bytes on the disk that the database is on, so they are read and written as that is: at once. By
 * Node's pool of threads each would cost the daemon several times as much of a processor.
 *
 * `exit` holds blanks until the supervisor writes over them; `pid` is the supervisor's; `go` is its permission to run
 * the command, which the daemon takes away by removing it. A job that can be sent input has the FIFOs `in` and `end`.
 */
export class RunFolder {
  readonly path: string;

  constructor(runDir: string, name: string) {
    this.path = join(runDir, name);
  }

  /** Prepares the folder for a supervisor, `stdin` for input. False when it exists: this launch was made before. */
  async create(stdin = false): Promise<boolean> {
    mkdirSync(join(this.path, '..'), { recursive: true, mode: 0o700 });
    try {
      mkdirSync(this.path, { mode: 0o700 });
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return false;
      throw error;
    }
    writeFileSync(join(this.path, 'exit'), `${' '.repeat(63)}\n`, { mode: 0o600 });
    if (stdin) await makeFifos([join(this.path, 'in'), join(this.path, 'end')]);
    writeFileSync(join(this.path, 'go'), '', { mode: 0o600 });
    return true;
  }

  /** Takes away the permission to run. A command that runs already is not touched. */
  async revoke(): Promise<void> {
    whenThere(() => unlinkSync(join(this.path, 'go')));
  }

  /** The supervisor's pid, or null when it has not written it, and so has not looked for its permission either. */
  async pid(): Promise<number | null> {
    const text = whenThere(() => readFileSync(join(this.path, 'pid'), 'latin1'));
    const digits = /^([1-9]\d{0,9})\n$/.exec(text ?? '')?.[1];
    return digits === undefined ? null : Number(digits);
  }

  /** When the supervisor wrote its pid, in milliseconds; null before. */
  async startedAt(): Promise<number | null> {
    const stats = whenThere(() => statSync(join(this.path, 'pid')));
    return stats ? Math.round(stats.mtimeMs) : null;
  }

  /** What the supervisor wrote in the end; null while it has not, or when there is nothing that could ever be read. */
  async outcome(): Promise<Outcome | null> {
    const path = join(this.path, 'exit');
    const text = whenThere(() => readFileSync(path, 'latin1'), unreadable);
    const word = /^(revoked|\d{1,3})\n/.exec(text ?? '')?.[1];
    if (word === undefined) return null;
    if (word === 'revoked') return { kind: 'revoked' };
    return { kind: 'status', status: statusOf(Number(word)), at: Math.round(statSync(path).mtimeMs) };
  }

  /** Deletes the folder; the permission first, so that a supervisor that is late finds nothing to run. */
  async remove(): Promise<void> {
    await this.revoke();
    try {
      rmSync(this.path, { recursive: true, force: true });
    } catch {
      // As when a late supervisor wrote its pid meanwhile, or Windows has a file open.
      await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

/** Node can make none. mkfifo(1) is part of POSIX, and in one of these folders. */
async function makeFifos(paths: string[]): Promise<void> {
  const PATH = `${process.env.PATH ?? ''}:/usr/bin:/bin`;
  await promisify(execFile)('mkfifo', ['-m', '600', ...paths], { env: { PATH } });
}

/** ksh counts signals from 256, yash from 384, other shells from 128. */
function statusOf(number: number): number {
  return number > 255 ? 128 + (number % 128) : number;
}

const gone = ['ENOENT', 'ENOTDIR'];
const unreadable = ['EACCES', 'EISDIR', 'ELOOP', 'EPERM'];

/** Undefined when nothing is there, which is an answer; anything else is an error that may pass. */
function whenThere<T>(act: () => T, alsoNothing: string[] = []): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isErrno(error, ...gone, ...alsoNothing)) return undefined;
    throw error;
  }
}
