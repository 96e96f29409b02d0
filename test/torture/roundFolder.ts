/** The folder of a round, with the home, the jobs' working folder, their proofs and the daemon's clock. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { HomePath } from './plan.ts';

/** Size in bytes of the separate file system for the home. */
const diskBytes = 256 * 1024 * 1024;

export class RoundFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'jobdeck-torture-'));
  /** A link to the home, by which clients find it wherever it is. */
  readonly home = join(this.folder, 'home');
  /** Working folder of the jobs. */
  readonly work = join(this.folder, 'work');
  /** Written by the jobs themselves, so that what ran is known independently of the daemon. */
  readonly proofs = join(this.folder, 'proofs');
  readonly clock = join(this.folder, 'clock');
  readonly #disk = join(this.folder, 'disk');
  readonly #filler = join(this.#disk, 'filler');
  /** For files that are out of the way for a while. */
  readonly aside = join(this.#disk, 'aside');
  readonly #bound = join(this.folder, 'bound');
  readonly #hasDisk: boolean;
  #moves = 0;
  #spelling: HomePath = 'move';
  #isBound = false;
  #readOnly: string[] = [];

  /** `hasDisk`: this process can mount, visible only to itself and its children (see mountNamespace.ts). */
  constructor(hasDisk: boolean) {
    this.#hasDisk = hasDisk;
    for (const folder of [this.#disk, this.work, this.#bound]) mkdirSync(folder, { mode: 0o700 });
    for (const file of [this.proofs, this.clock]) writeFileSync(file, '');
    if (hasDisk) mount(['-t', 'tmpfs', '-o', `size=${diskBytes},mode=700`, 'tmpfs', this.#disk]);
    for (const folder of [this.#realHome, this.aside]) mkdirSync(folder, { mode: 0o700 });
    symlinkSync(this.#realHome, this.home);
    const settings = { idleExitSeconds: 0, cancelGraceSeconds: 1, retention: { days: 0, jobs: 0 } };
    writeFileSync(join(this.home, homeFiles.config), JSON.stringify(settings));
  }

  get #realHome(): string {
    return join(this.#disk, `home${this.#moves}`);
  }

  /** The path that the next daemon is given. */
  get daemonHome(): string {
    return { link: this.home, bind: this.#bound, move: this.#realHome }[this.#spelling];
  }

  /** Whether the daemon uses a mount of the home, which shows the home wherever it is moved. */
  get isMounted(): boolean {
    return this.#spelling === 'bind';
  }

  /** Changes the path that the next daemon is given, which moves the home in the case of `move`. */
  changeHome(to: HomePath): void {
    this.#spelling = to;
    if (to === 'move') {
      const before = this.#realHome;
      this.#moves += 1;
      renameSync(before, this.#realHome);
      const link = `${this.home}.new`;
      symlinkSync(this.#realHome, link);
      renameSync(link, this.home);
    }
    if (to === 'bind' && !this.#isBound) {
      mount(['--bind', this.#realHome, this.#bound]);
      this.#isBound = true;
    }
  }

  /** Fills the disk, leaving this many bytes free. */
  fill(leaveBytes: number): void {
    const { bavail, bsize } = statfsSync(this.#disk);
    const take = Math.max(0, bavail * bsize - leaveBytes);
    // Jobs may write at the same time, so this may fail before all space is taken. The disk is full then, too.
    spawnSync('fallocate', ['-l', String(take), this.#filler]);
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  /**
   * Makes the home read-only: files can't be opened for writing, created or deleted, but open files can be written, as
   * after a change of permissions. (Root ignores permissions, and a file system with open files can't be remounted.)
   */
  setReadOnly(): void {
    for (const path of [this.#realHome, ...(this.#isBound ? [this.#bound] : [])]) {
      mount(['--bind', '-o', 'ro', path, path]);
      this.#readOnly.push(path);
    }
  }

  setWritable(): void {
    for (const path of this.#readOnly.splice(0)) run('umount', ['--lazy', path]);
  }

  /** Keeps the files of a failed round for analysis. Returns the folder. */
  keep(): string {
    const kept = mkdtempSync(join(tmpdir(), 'jobdeck-torture-failed-'));
    // FIFOs and sockets can't be copied.
    const isCopied = (path: string) => path !== this.#bound && !lstatSync(path).isFIFO();
    cpSync(this.folder, kept, { recursive: true, verbatimSymlinks: true, filter: isCopied });
    rmSync(join(kept, basename(this.home)));
    symlinkSync(relative(this.folder, this.#realHome), join(kept, basename(this.home)));
    return kept;
  }

  remove(): void {
    this.setWritable();
    if (this.#isBound) run('umount', ['--lazy', this.#bound]);
    if (this.#hasDisk) run('umount', ['--lazy', this.#disk]);
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
