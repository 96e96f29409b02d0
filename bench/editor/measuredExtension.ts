/** The built extension in a folder of its own, where it takes note of its activation and tells the memory in use. */
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ExtensionCopy } from '../../test/support/extensionCopy.ts';

export class MeasuredExtension extends ExtensionCopy {
  #questions = 0;

  constructor() {
    super();
    copyFileSync(join(import.meta.dirname, 'measured.cjs'), join(this.folder, 'measured.cjs'));
    const file = join(this.folder, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...manifest, type: 'commonjs', main: './measured.cjs' }));
  }

  /** Milliseconds for which loading the code and `activate` kept the extension host. */
  async activationMs(): Promise<number> {
    return (await this.#read<{ ms: number }>('activation.json', () => true)).ms;
  }

  /** Megabytes that the extension host has in use once all garbage is collected: of every extension in it. */
  async memoryMb(): Promise<number> {
    this.#questions += 1;
    const question = `${this.#questions}`;
    writeFileSync(join(this.folder, 'draft'), question);
    renameSync(join(this.folder, 'draft'), join(this.folder, 'question'));
    type Answer = { question: string; bytes: number };
    return (await this.#read<Answer>('memory.json', (answer) => answer.question === question)).bytes / 1e6;
  }

  async #read<T>(name: string, wanted: (value: T) => boolean): Promise<T> {
    const file = join(this.folder, name);
    for (;;) {
      const value = existsSync(file) ? whole<T>(readFileSync(file, 'utf8')) : null;
      if (value !== null && wanted(value)) return value;
      await wait(50);
    }
  }
}

/** Null for one that is being written. */
function whole<T>(json: string): T | null {
  try {
    return JSON.parse(json) as T;
  } catch {
    return null;
  }
}
