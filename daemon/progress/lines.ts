/** Splits the bytes of a log into lines as a person sees them, no matter how the bytes are divided into chunks. */
import { type OscProgress, readOsc } from './osc.ts';
import type { Line } from './reading.ts';

/**
 * A line, or a progress sequence. `rowLeft`: the cursor left a row in which something was redrawn; `up`: the cursor moved
 * up.
 */
export type Piece = { kind: 'line'; line: Line } | { kind: 'osc'; osc: OscProgress } | { kind: 'rowLeft' | 'up' };

/** Maximum length of a line, including escape sequences. Longer lines are skipped. */
const maxLength = 8_192;
/** Number of characters kept at the start and the end of a line. */
const head = 600;
const tail = 200;
/** Maximum length of an escape sequence that ends a line. */
const maxEndLength = 64;

/** Ends a line: line breaks, cursor movements, deletions (CSI; DECSC, DECRC), and OSC 9;4. */
const ends =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this expression matches control characters
  /\r\n|[\n\r\b]|\u001b\[[\d;]{0,20}[ABEFGHJf]|\u001b[78]|\u001b\]9;4;[^\u0007\u001b]{0,20}(?:\u0007|\u001b\\)/g;
/** Other escape sequences, and control characters. */
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /\u001b\[[0-?]*[ -/]*[@-~]?|\u001b[\]P^_X][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A line that ends with a number or inside an escape sequence, so the rest may follow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const unfinished = /[\d.,:/]\s*$|\u001b[^a-zA-Z\u0007]*$/;

export class Lines {
  #decoder = new TextDecoder();
  /** The text after the last line end. */
  #rest = '';
  /** A carriage return at the end of the text, which may be the first half of a line end. */
  #pendingReturn = '';
  /** The current line is too long, or its beginning is missing. */
  #skipLine = false;
  /** The current line overwrites another one. */
  #redrawn = false;
  /** The part of the rest that `settle` has already returned. */
  #settled = '';

  /** Adds bytes, and returns the pieces that they complete. */
  feed(bytes: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    let text = `${this.#rest}${this.#pendingReturn}${this.#decoder.decode(bytes, { stream: true })}`;
    this.#pendingReturn = text.endsWith('\r') ? '\r' : '';
    text = text.slice(0, text.length - this.#pendingReturn.length);
    let from = 0;
    for (const end of text.matchAll(ends)) {
      this.#end(text.slice(from, end.index), end[0], pieces);
      from = end.index + end[0].length;
    }
    this.#rest = text.slice(from);
    if (this.#rest.length > maxLength) this.#skipLine = true;
    if (this.#skipLine) this.#rest = this.#rest.slice(-maxEndLength);
    return pieces;
  }

  /** Bytes were skipped here: discards the current line and the rest of the one that follows. */
  skip(): void {
    this.#decoder = new TextDecoder();
    this.#rest = '';
    this.#pendingReturn = '';
    this.#settled = '';
    this.#skipLine = true;
  }

  /**
   * Returns the unfinished last line, unless it was returned before. While the log is still growing, leaves out a line
   * that ends with a number, because more digits may follow.
   */
  settle(growing = false): Piece[] {
    const text = this.#rest;
    if (growing && this.#pendingReturn === '' && unfinished.test(text)) return [];
    if (this.#skipLine || text === this.#settled || text.length > maxLength) return [];
    this.#settled = text;
    const line = lineOf(text, this.#redrawn || this.#pendingReturn !== '');
    return line === null ? [] : [{ kind: 'line', line }];
  }

  #end(raw: string, end: string, pieces: Piece[]): void {
    const isLineEnd = end.endsWith('\n');
    const isOsc = end.startsWith('\u001b]');
    const known = !this.#skipLine && raw.length <= maxLength;
    const line = known ? lineOf(raw, this.#redrawn || !(isLineEnd || isOsc)) : null;
    if (line !== null) pieces.push({ kind: 'line', line });
    const osc = isOsc ? readOsc(end) : null;
    if (osc !== null) pieces.push({ kind: 'osc', osc });
    this.#skipLine = false;
    this.#settled = '';
    if (isLineEnd && this.#redrawn) pieces.push({ kind: 'rowLeft' });
    if (end.endsWith('A') || end.endsWith('F')) pieces.push({ kind: 'up' });
    if (!isOsc) this.#redrawn = !isLineEnd;
  }
}

function lineOf(raw: string, redrawn: boolean): Line | null {
  const text = raw.replace(escapes, '').trimEnd();
  if (text.trim() === '') return null;
  return { text: text.length <= head + tail ? text : `${text.slice(0, head)} … ${text.slice(-tail)}`, redrawn };
}
