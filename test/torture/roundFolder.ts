/** The folder of a round, with the home, the jobs' working folder, their proofs and the daemon's clock. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';

/** Size in bytes of the separate file system for the home. */
const diskBytes = 256 * 1024 * 1024;

export class RoundFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'jobdeck-torture-'));
  readonly home = join(this.folder, 'home');
  /** Working folder of the jobs. */
  readonly work = join(this.folder, 'work');
  /** Written by the jobs themselves, so that what ran is known independently of the daemon. */
  readonly proofs = join(this.folder, 'proofs');
  readonly clock = join(this.folder, 'clock');
  readonly filler = join(this.home, 'filler');
  readonly #hasDisk: boolean;
  #isReadOnly = false;

  /** `hasDisk`: this process can mount, visible only to itself and its children (see mountNamespace.ts). */
  constructor(hasDisk: boolean) {
    this.#hasDisk = hasDisk;
    for (const folder of [this.home, this.work]) mkdirSync(folder, { mode: 0o700 });
    for (const file of [this.proofs, this.clock]) writeFileSync(file, '');
    if (hasDisk) mount(['-t', 'tmpfs', '-o', `size=${diskBytes},mode=700`, 'tmpfs', this.home]);
    const settings = { idleExitSeconds: 0, cancelGraceSeconds: 1, retention: { days: 0, jobs: 0 } };
    writeFileSync(join(this.home, homeFiles.config), JSON.stringify(settings));
  }

  /** Fills the disk, leaving this many bytes free. */
  fill(leaveBytes: number): void {
    const { bavail, bsize } = statfsSync(this.home);
    const take = Math.max(0, bavail * bsize - leaveBytes);
    // Jobs may write at the same time, so this may fail before all space is taken. The disk is full then, too.
    spawnSync('fallocate', ['-l', String(take), this.filler]);
  }

  empty(): void {
    rmSync(this.filler, { force: true });
  }

  /**
   * Makes the home read-only: files can't be opened for writing, created or deleted, but open files can be written, as
   * after a change of permissions. (Root ignores permissions, and a file system with open files can't be remounted.)
   */
  setReadOnly(): void {
    mount(['--bind', '-o', 'ro', this.home, this.home]);
    this.#isReadOnly = true;
  }

  setWritable(): void {
    if (this.#isReadOnly) run('umount', ['--lazy', this.home]);
    this.#isReadOnly = false;
  }

  /** Keeps the files of a failed round for analysis. Returns the folder. */
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
