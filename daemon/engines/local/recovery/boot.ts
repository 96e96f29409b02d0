/** Detects whether the machine was restarted since the last daemon ran. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname } from 'node:path';
import { readFileSafely } from '../../../../shared/files/regularFile.ts';
import { replaceFile } from '../../../../shared/files/replaceFile.ts';

/** Boot times this close count as the same boot, because setting the clock shifts them. Used where the kernel has no boot ID. */
const sameBootSeconds = 60;

/** Identifies the current boot of the operating system. */
export function bootId(platform: NodeJS.Platform = process.platform, now = Date.now()): string {
  if (platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `up ${Math.round(now / 1000 - uptime())}`;
}

/** Whether two IDs identify the same boot. */
export function isSameBoot(one: string, other: string): boolean {
  if (one === other) return one !== '';
  const [first, second] = [one, other].map((id) => Number(/^up (\d+)$/.exec(id)?.[1] ?? Number.NaN));
  return Math.abs((first ?? Number.NaN) - (second ?? Number.NaN)) < sameBootSeconds;
}

/** Records in a file in which boot the last daemon ran. */
export class BootRecord {
  readonly #file: string;
  readonly #current: string;

  constructor(file: string, current: string) {
    this.#file = file;
    this.#current = current;
  }

  /** Whether the record is of another boot, or missing or unreadable. */
  async isStale(): Promise<boolean> {
    const recorded = await readFileSafely(this.#file, { limit: 1_000, own: true }).catch(() => '');
    return !isSameBoot(recorded.trim(), this.#current);
  }

  /** Records the current boot. Replaces the file atomically, so that a full disk leaves the old record intact. */
  async renew(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    replaceFile(this.#file, `${this.#current}\n`);
  }
}
