/** Where a round takes place: a folder with the home, the jobs' folder, their proofs and the daemon's clock. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';

/** Bytes of the file system a home is on, when it can have one of its own. */
const diskBytes = 256 * 1024 * 1024;

export class Ground {
  readonly folder = mkdtempSync(join(tmpdir(), 'jobdeck-torture-'));
  readonly home = join(this.folder, 'home');
  /** Where the jobs run. */
  readonly work = join(this.folder, 'work');
  /** What they leave there tells what ran, whatever the daemon says. */
  readonly proofs = join(this.folder, 'proofs');
  readonly clock = join(this.folder, 'clock');
  readonly filler = join(this.home, 'filler');
  readonly #hasDisk: boolean;
  #isReadOnly = false;

  /** `hasDisk`: this process may mount, and what it mounts is seen by it and its children alone (see alone.ts). */
  constructor(hasDisk: boolean) {
    this.#hasDisk = hasDisk;
    for (const folder of [this.home, this.work]) mkdirSync(folder, { mode: 0o700 });
    for (const file of [this.proofs, this.clock]) writeFileSync(file, '');
    if (hasDisk) mount(['-t', 'tmpfs', '-o', `size=${diskBytes},mode=700`, 'tmpfs', this.home]);
    const settings = { idleExitSeconds: 0, cancelGraceSeconds: 1, retention: { days: 0, jobs: 0 } };
    writeFileSync(join(this.home, homeFiles.config), JSON.stringify(settings));
  }

  /** Takes all of the disk but so many bytes. */
  fill(leaveBytes: number): void {
    const { bavail, bsize } = statfsSync(this.home);
    const take = Math.max(0, bavail * bsize - leaveBytes);
    // It may not get all of it when jobs write at the same time; the disk is full then as well.
    spawnSync('fallocate', ['-l', String(take), this.filler]);
  }

  empty(): void {
    rmSync(this.filler, { force: true });
  }

  /**
   * Nothing in the home can be opened for writing, made or removed any more; what is open already can be written, as it
   * is when a user takes the permission away. (Root is not held by permissions, and a file system with open files can't
   * be remounted.)
   */
  setReadOnly(): void {
    mount(['--bind', '-o', 'ro', this.home, this.home]);
    this.#isReadOnly = true;
  }

  setWritable(): void {
    if (this.#isReadOnly) run('umount', ['--lazy', this.home]);
    this.#isReadOnly = false;
  }

  /** Keeps what the round left, for whoever looks why it failed. Returns the folder. */
  keep(): string {
    const kept = mkdtempSync(join(tmpdir(), 'jobdeck-torture-failed-'));
    // FIFOs and sockets can't be copied.
    cpSync(this.folder, kept, { recursive: true, filter: (path) => !/\/run\/[^/]+\/(in|end)$/.test(path) });
    return kept;
  }

  remove(): void {
    this.setWritable();
    if (this.#hasDisk) run('umount', ['--lazy', this.home]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function mount(args: string[]): void {
  run('mount', args);
}

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
