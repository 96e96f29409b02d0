/** Reports kept on disk, or in memory if that is impossible, while the daemon is unavailable. */
import { closeSync, constants, lstatSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { openFileSync } from '../../files/regularFile.ts';
import { isDispensable, type Line, toLine, toText } from './line.ts';

/** Bytes beyond which dispensable reports are dropped. */
const limit = 64 * 1024 * 1024;
/** Bytes to read at once. */
const chunk = 262_144;
/** Maximum bytes of a line with the largest possible report. */
const longestLine = 4 * 1024 * 1024;
const append = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;

export interface Spool {
  readonly isEmpty: boolean;
  /** Appends lines. Returns how many did not fit. Throws if writing fails. */
  append(lines: readonly Line[]): number;
  /** The oldest lines, up to `most`. They stay until `drop`. */
  peek(most: number): Line[];
  /** Removes the lines that `peek` returned last. */
  drop(): void;
}

/** An append-only file that is deleted once everything in it is delivered. */
export class FileSpool implements Spool {
  readonly #file: string;
  #offset = 0;
  #size: number;
  #peeked = 0;

  /** The file may already exist, left behind by another program. */
  constructor(file: string) {
    this.#file = file;
    const found = lstatSync(file, { throwIfNoEntry: false });
    this.#size = found?.isFile() ? found.size : 0;
  }

  get isEmpty(): boolean {
    return this.#offset >= this.#size;
  }

  append(lines: readonly Line[]): number {
    const kept = this.#size < limit ? lines : lines.filter((line) => !isDispensable(line));
    const bytes = globalThis.Buffer.from(toText(kept));
    const descriptor = openFileSync(this.#file, { flags: append, own: true });
    try {
      writeFileSync(descriptor, bytes);
    } finally {
      closeSync(descriptor);
    }
    this.#size += bytes.length;
    return lines.length - kept.length;
  }

  peek(most: number): Line[] {
    const text = this.#read();
    const lines: Line[] = [];
    let at = 0;
    let taken = 0;
    while (taken < most) {
      const end = text.indexOf(0x0a, at);
      if (end < 0) break;
      const line = toLine(text.toString('utf8', at, end));
      if (line !== null) lines.push(line);
      at = end + 1;
      taken += 1;
    }
    // Skip an unterminated line, which its program was writing when it was killed, and everything if the file is gone.
    this.#peeked = at > 0 ? at : text.length || this.#size - this.#offset;
    return lines;
  }

  drop(): void {
    this.#offset += this.#peeked;
    this.#peeked = 0;
    if (!this.isEmpty) return;
    rmSync(this.#file, { recursive: true, force: true });
    this.#offset = 0;
    this.#size = 0;
  }

  /** Reads at least one complete line from the offset, if there is one. */
  #read(): globalThis.Buffer {
    let descriptor: number;
    try {
      descriptor = openFileSync(this.#file, { own: true });
    } catch {
      // It is gone, or something else is in its place.
      return globalThis.Buffer.alloc(0);
    }
    try {
      for (let length = chunk; ; length *= 4) {
        const bytes = globalThis.Buffer.alloc(Math.min(length, Math.max(0, this.#size - this.#offset)));
        const read = readSync(descriptor, bytes, 0, bytes.length, this.#offset);
        const text = bytes.subarray(0, read);
        if (text.includes(0x0a) || read < length || length > longestLine) return text;
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Used if no spool folder is writable. */
export class MemorySpool implements Spool {
  static readonly most = 10_000;
  #lines: Line[] = [];
  #peeked = 0;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  append(lines: readonly Line[]): number {
    const room = Math.max(0, MemorySpool.most - this.#lines.length);
    const kept = lines.filter((line, index) => index < room || !isDispensable(line));
    this.#lines.push(...kept);
    return lines.length - kept.length;
  }

  peek(most: number): Line[] {
    const lines = this.#lines.slice(0, most);
    this.#peeked = lines.length;
    return lines;
  }

  drop(): void {
    this.#lines = this.#lines.slice(this.#peeked);
    this.#peeked = 0;
  }
}
