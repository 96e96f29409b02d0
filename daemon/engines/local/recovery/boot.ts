/** Whether the machine was restarted since an earlier daemon. */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname } from 'node:path';

/** Where the kernel gives no id, the time it came up stands for it; clocks are set, so times this near are the same. */
const sameBootSeconds = 60;

/** Names this run of the operating system. */
export function bootId(platform: NodeJS.Platform = process.platform, now = Date.now()): string {
  if (platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `up ${Math.round(now / 1000 - uptime())}`;
}

/** Whether two ids name the same run of the operating system. */
export function isSameBoot(one: string, other: string): boolean {
  if (one === other) return one !== '';
  const [first, second] = [one, other].map((id) => Number(/^up (\d+)$/.exec(id)?.[1] ?? Number.NaN));
  return Math.abs((first ?? Number.NaN) - (second ?? Number.NaN)) < sameBootSeconds;
}

/** The boot the last daemon ran in, in a file. Without the file nothing is known of it. */
export class BootRecord {
  readonly #file: string;
  readonly #current: string;

  constructor(file: string, current: string) {
    this.#file = file;
    this.#current = current;
  }

  /** Whether the record is of another boot, or of none that can be read. */
  async isStale(): Promise<boolean> {
    const recorded = await readFile(this.#file, 'utf8').catch(() => '');
    return !isSameBoot(recorded.trim(), this.#current);
  }

  /** Records the current boot. A full disk leaves the record as it was. */
  async renew(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    await writeFile(`${this.#file}.new`, `${this.#current}\n`, { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
  }
}
