/**
 * Access to files and folders of users. They may be on a network drive that no longer responds: then a system call never
 * returns, which would stop the whole daemon on its main thread, and takes one thread of the pool away for good. So they
 * are accessed only in the pool, with a time limit, and never by more than a part of its threads.
 */
import { FileRefused } from '../../shared/files/fileRefused.ts';
import { fileReason } from '../../shared/messages/files.ts';
import { type Clock, systemClock } from '../clock.ts';
import { networkMountOf } from './mounts.ts';

/** Milliseconds after which a folder counts as not responding. A disk that must spin up takes less. */
const timeLimit = 5_000;
/** Threads of the pool. On Windows their number can't be changed while the program runs. */
export const poolSize = process.platform === 'win32' ? 4 : 32;
/** Accesses at once, and how many of them in the background. The other threads remain for the daemon's own files. */
const limits = process.platform === 'win32' ? { all: 2, background: 1 } : { all: 24, background: 16 };

export interface UserPathsDeps {
  clock: Pick<Clock, 'after'>;
  limits: { all: number; background: number };
  mountOf: (path: string) => string | null;
}

/** One access to a folder that has not returned yet. */
interface Access {
  folder: string;
  /** No request waits for it. */
  background: boolean;
  /** It took longer than the time limit. */
  late: boolean;
  /** It returned or is late. A busy folder with many requests is not one that doesn't respond. */
  settled: Promise<void>;
}

export class UserPaths {
  readonly #deps: UserPathsDeps;
  readonly #accesses = new Set<Access>();

  constructor(deps: UserPathsDeps) {
    this.#deps = deps;
  }

  /** Whether an access has not returned yet. A process can't exit in the normal way before that. */
  get isBusy(): boolean {
    return this.#accesses.size > 0;
  }

  /** Resolves when every access has returned or is late, including those that wait for others. */
  async settled(): Promise<void> {
    for (;;) {
      const pending = [...this.#accesses].filter(({ late }) => !late);
      if (pending.length === 0) return;
      await Promise.all(pending.map(({ settled }) => settled));
    }
  }

  /**
   * Accesses something in a folder. There is one access per folder at a time; after the time limit, the folder is refused
   * until that access returns. Access in the `background` leaves threads for requests.
   * @throws FileRefused if it does not respond in time, or the error of `act`
   */
  async access<T>(folder: string, act: () => Promise<T>, { background = false } = {}): Promise<T> {
    for (;;) {
      const blocking = this.#blocking(folder, background);
      if (blocking === null) break;
      if (blocking.late) throw notResponding();
      await blocking.settled;
    }
    return this.#start({ folder, background, late: false }, act);
  }

  /** The access that must return first; null if there is none. */
  #blocking(folder: string, background: boolean): Access | null {
    const accesses = [...this.#accesses];
    const same = accesses.find((one) => one.folder === folder);
    if (same !== undefined) return same;
    const late = accesses.filter((one) => one.late);
    if (late.length > 0) {
      const mount = this.#deps.mountOf(folder);
      const dead = late.find((one) => mount !== null && this.#deps.mountOf(one.folder) === mount);
      if (dead !== undefined) return dead;
    }
    const { limits } = this.#deps;
    const rivals = background ? accesses.filter((one) => one.background) : accesses;
    if (rivals.length < (background ? limits.background : limits.all)) return null;
    return rivals.find((one) => !one.late) ?? rivals[0] ?? null;
  }

  #start<T>(facts: Omit<Access, 'settled'>, act: () => Promise<T>): Promise<T> {
    const result = act();
    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const access: Access = { ...facts, settled };
    this.#accesses.add(access);
    const stop = this.#deps.clock.after(timeLimit, () => {
      access.late = true;
      settle();
    });
    const end = () => {
      stop();
      this.#accesses.delete(access);
      settle();
    };
    result.then(end, end);
    return Promise.race([result, settled.then(() => (access.late ? Promise.reject(notResponding()) : result))]);
  }
}

function notResponding(): FileRefused {
  return new FileRefused(fileReason('file.notResponding'));
}

/** One for the process, because it has one pool. */
export const userPaths = new UserPaths({ clock: systemClock, limits, mountOf: (path) => networkMountOf(path) });
