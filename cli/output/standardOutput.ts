/** Standard output that remembers a failed write. */
import { closeSync, fstatSync, writeSync } from 'node:fs';
import type { Sink } from './sink.ts';

/** Errors of a write whose reader is gone. */
const closed = new Set(['EPIPE', 'ECONNRESET']);

export class StandardOutput implements Sink {
  readonly #stream: NodeJS.WriteStream & { fd: number };
  /** Written here without the stream, which loses the rest of a partial write to a file. */
  readonly #isFile: boolean;
  #failure: NodeJS.ErrnoException | null = null;

  constructor(stream: NodeJS.WriteStream & { fd: number }) {
    this.#stream = stream;
    this.#isFile = !stream.isTTY && isFile(stream.fd);
    stream.on('error', (error) => this.#fail(error));
  }

  get isTTY(): boolean {
    return this.#stream.isTTY;
  }

  get columns(): number {
    return this.#stream.columns;
  }

  /** Why the first write failed, or null. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Whether the reader (`jobdeck ls | head`) or the terminal is gone. */
  get isClosed(): boolean {
    const code = this.#failure?.code ?? '';
    return closed.has(code) || (code === 'EIO' && !this.#isFile);
  }

  write(data: string | Uint8Array, done?: (error?: Error | null) => void): boolean {
    if (!this.#isFile) {
      return this.#stream.write(data, (error) => {
        if (error) this.#fail(error);
        done?.(error);
      });
    }
    if (this.#failure === null) this.#try(() => writeFully(this.#stream.fd, Buffer.from(data)));
    done?.(this.#failure);
    return true;
  }

  /** Resolves when everything is written or a write has failed. Nothing can be written afterwards. */
  async flush(): Promise<void> {
    // A network file system may report a full disk as late as this.
    if (this.#isFile) this.#try(() => closeSync(this.#stream.fd));
    else await new Promise<void>((resolve) => this.write('', () => resolve()));
  }

  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#failure ??= error;
  }
}

function writeFully(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

function isFile(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFile() || stat.isCharacterDevice() || stat.isBlockDevice();
  } catch {
    return false;
  }
}
