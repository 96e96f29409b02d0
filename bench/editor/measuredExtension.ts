/** A copy of the built extension that records its activation time and reports its memory use. */
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ExtensionCopy } from '../../test/support/extensionCopy.ts';

export class MeasuredExtension extends ExtensionCopy {
  #requests = 0;

  constructor() {
    super();
    copyFileSync(join(import.meta.dirname, 'measured.cjs'), join(this.folder, 'measured.cjs'));
    const file = join(this.folder, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...manifest, type: 'commonjs', main: './measured.cjs' }));
  }

  /** Milliseconds for which loading the code and `activate` blocked the extension host. */
  async activationMs(): Promise<number> {
    return (await this.#read<{ ms: number }>('activation.json', () => true)).ms;
  }

  /** Megabytes in use in the extension host after garbage collection, across all extensions. */
  async memoryMb(): Promise<number> {
    this.#requests += 1;
    const requestId = `${this.#requests}`;
    writeFileSync(join(this.folder, 'draft'), requestId);
    renameSync(join(this.folder, 'draft'), join(this.folder, 'request'));
    type Answer = { requestId: string; bytes: number };
    return (await this.#read<Answer>('memory.json', (answer) => answer.requestId === requestId)).bytes / 1e6;
  }

  async #read<T>(name: string, matches: (value: T) => boolean): Promise<T> {
    const file = join(this.folder, name);
    for (;;) {
      const value = existsSync(file) ? parseIfComplete<T>(readFileSync(file, 'utf8')) : null;
      if (value !== null && matches(value)) return value;
      await wait(50);
    }
  }
}

/** Returns null while the file is still being written. */
function parseIfComplete<T>(json: string): T | null {
  try {
    return JSON.parse(json) as T;
  } catch {
    return null;
  }
}
