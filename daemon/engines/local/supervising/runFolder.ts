/** The folder in which the daemon and the supervisor of a launch exchange files. They need not run at the same time. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FileRefused } from '../../../../shared/files/fileRefused.ts';
import { readFileSafelySync } from '../../../../shared/files/regularFile.ts';
import type { AttemptRef, JobRecord } from '../../engine.ts';
import { isErrno } from '../errno.ts';
import { tokenIn } from '../processes/launchProof.ts';

/**
 * How a command came to its status. `unknown`: most shells return 128 + n both for signal n and for a program that
 * exits with that status, and could not tell which it was.
 */
export type EndedBy = 'exit' | 'signal' | 'unknown';

/** What the supervisor wrote to `exit`: the command's status, or that the launch was revoked and nothing was run. */
export type Outcome = ({ kind: 'status'; at: number } & ExitStatus) | { kind: 'revoked' };

export interface ExitStatus {
  status: number;
  endedBy: EndedBy;
}

/** What the job is, for a database that has lost it. */
export const recordFile = 'job.json';

/** Exists once the launch is to be stopped, for a database that has lost the cancel. */
const stopFile = 'stop';

/** Exit statuses of a shell that could not run a command. */
export const cannotRun = { found: 126, missing: 127 } as const;

const blanks = `${' '.repeat(63)}\n`;
/** Written to `messages` by a shell that does not report signals. */
export const silent = 'silent';

export function runFolderName(ref: AttemptRef): string {
  return `${ref.jobId}.${ref.attempt}.${ref.launch}`;
}

/** The launch that a run folder's name stands for; null for any other name. */
export function parseRunFolderName(name: string): AttemptRef | null {
  const [, jobId, attempt, launch] = /^([\w-]+)\.(\d+)\.(\d+)$/.exec(name) ?? [];
  return jobId === undefined ? null : { jobId, attempt: Number(attempt), launch: Number(launch) };
}

/**
 * The files are a few bytes long, so they are read and written synchronously, as the database is. Going through Node's
 * thread pool would cost several times as much CPU.
 *
 * `exit` contains blanks until the supervisor overwrites them; `pid` is the supervisor's; `token` identifies its
 * launch; `go` is its permission to run the command, which the daemon revokes by deleting it. `messages` contains blanks
 * too, which the shell's own message overwrites if a signal ends the command. `job.json` is what the job is, and `stop`
 * says that it is to be stopped. A job that accepts input has the FIFOs `in` and `end`.
 */
export class RunFolder {
  readonly path: string;
  #token: string | null = null;

  constructor(runDir: string, name: string) {
    this.path = join(runDir, name);
  }

  /** Prepares the folder for a supervisor; with `stdin` also for input. False if the folder exists already. */
  async create(stdin = false, record?: JobRecord): Promise<boolean> {
    try {
      mkdirSync(this.path, { mode: 0o700 });
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return false;
      throw error;
    }
    for (const name of ['exit', 'messages']) writeFileSync(join(this.path, name), blanks, { mode: 0o600 });
    if (record) writeFileSync(join(this.path, recordFile), JSON.stringify(record), { mode: 0o600 });
    if (stdin) await makeFifos([join(this.path, 'in'), join(this.path, 'end')]);
    writeFileSync(join(this.path, 'token'), `${randomBytes(16).toString('hex')}\n`, { mode: 0o600 });
    writeFileSync(join(this.path, 'go'), '', { mode: 0o600 });
    return true;
  }

  /** Read by the Node supervisor. The script has its umask as a line. */
  writeUmask(umask: number | null): void {
    if (umask !== null) writeFileSync(join(this.path, 'umask'), umask.toString(8), { mode: 0o600 });
  }

  /** Identifies the launch; null if an earlier version created the folder. */
  token(): string | null {
    this.#token ??= tokenIn(this.path);
    return this.#token;
  }

  /** Revokes the permission to run. Does not affect a command that is already running. */
  async revoke(): Promise<void> {
    rmSync(join(this.path, 'go'), { recursive: true, force: true });
  }

  /** Records that the launch is to be stopped. */
  async recordStop(): Promise<void> {
    ifExists(() => writeFileSync(join(this.path, stopFile), '', { mode: 0o600 }));
  }

  /** The launch could not be stopped. */
  async withdrawStop(): Promise<void> {
    rmSync(join(this.path, stopFile), { force: true });
  }

  /** When the launch was to be stopped, in milliseconds; null if it was not. */
  async stopRequestedAt(): Promise<number | null> {
    return this.#writtenAt(stopFile);
  }

  /** The supervisor's pid. Null if it has not written it yet, in which case it has not checked its permission either. */
  async pid(): Promise<number | null> {
    const text = ifExists(() => readFileSafelySync(join(this.path, 'pid'), limits));
    const digits = /^([1-9]\d{0,9})\n$/.exec(text ?? '')?.[1];
    return digits === undefined ? null : Number(digits);
  }

  /** When the supervisor wrote its pid, in milliseconds; null if it has not. */
  async startedAt(): Promise<number | null> {
    return this.#writtenAt('pid');
  }

  #writtenAt(name: string): number | null {
    const stats = ifExists(() => statSync(join(this.path, name)));
    return stats ? Math.round(stats.mtimeMs) : null;
  }

  /** What the supervisor wrote to `exit`; null if it has not written yet or the file can't be read. */
  async outcome(): Promise<Outcome | null> {
    const path = join(this.path, 'exit');
    const text = ifExists(() => readFileSafelySync(path, limits), unreadable);
    const [, word, number] = /^(revoked|exit |signal |)(\d{0,10})\n/.exec(text ?? '') ?? [];
    if (word === 'revoked') return { kind: 'revoked' };
    if (!number) return null;
    const at = Math.round(statSync(path).mtimeMs);
    if (word === 'exit ') return { kind: 'status', status: Number(number), endedBy: 'exit', at };
    if (word === 'signal ') return { kind: 'status', status: 128 + Number(number), endedBy: 'signal', at };
    return { kind: 'status', ...this.shellStatus(Number(number)), at };
  }

  /** What a status that a shell returned says about its command. */
  shellStatus(number: number): ExitStatus {
    // For a signal, ksh adds 256 to its number and yash 384; other shells add 128.
    if (number > 255) return { status: 128 + (number % 128), endedBy: 'signal' };
    return { status: number, endedBy: number <= 128 ? 'exit' : this.#reportedBy(number) };
  }

  /** Shells report every signal that ended their command, except the two that users cause all the time. */
  #reportedBy(status: number): EndedBy {
    const message = ifExists(() => readFileSafelySync(join(this.path, 'messages'), limits), unreadable) ?? silent;
    if (message.trim() === silent) return 'unknown';
    if (message.trim() !== '') return 'signal';
    const { SIGINT, SIGPIPE } = constants.signals;
    return [SIGINT, SIGPIPE].includes(status - 128) ? 'unknown' : 'exit';
  }

  /** Deletes the folder, beginning with the permission, so that a supervisor that starts late runs nothing. */
  async remove(): Promise<void> {
    await this.revoke();
    try {
      rmSync(this.path, { recursive: true, force: true });
    } catch {
      // A late supervisor may have just written its pid, or a file may be open on Windows.
      await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

/** Node can't create FIFOs. mkfifo(1) is part of POSIX and found in one of these folders. */
async function makeFifos(paths: string[]): Promise<void> {
  const PATH = `${process.env.PATH ?? ''}:/usr/bin:/bin`;
  await promisify(execFile)('mkfifo', ['-m', '600', ...paths], { env: { PATH } });
}

/** The files are never larger, and never written by others. */
const limits = { limit: 1_000, own: true };

const missing = ['ENOENT', 'ENOTDIR'];
const unreadable = ['EACCES', 'EISDIR', 'ELOOP', 'EPERM'];

/** Returns undefined if the file does not exist or is not a file. Other errors are thrown, because they may be temporary. */
function ifExists<T>(act: () => T, alsoMissing: string[] = []): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof FileRefused || isErrno(error, ...missing, ...alsoMissing)) return undefined;
    throw error;
  }
}
