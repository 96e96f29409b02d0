/** From bytes of a log to lines as a person sees them. How the bytes come in pieces makes no difference. */
import { type OscProgress, readOsc } from './osc.ts';
import type { Line } from './reading.ts';

/** A line, a sequence that tells progress, a row that is left after something was redrawn in it, or going back up. */
export type Piece = { kind: 'line'; line: Line } | { kind: 'osc'; osc: OscProgress } | { kind: 'left' | 'up' };

/** Characters a line may have, escape sequences with it: longer ones are passed over. */
const longest = 8_192;
/** Characters that are looked at: the first and the last of a line. */
const head = 600;
const tail = 200;
/** Characters the longest escape sequence has that ends a line. */
const longestEnd = 64;

/** What ends a line: line ends, going back or elsewhere, deleting it (CSI; DECSC, DECRC), and OSC 9;4. */
const ends =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /\r\n|[\n\r\b]|\u001b\[[\d;]{0,20}[ABEFGHJf]|\u001b[78]|\u001b\]9;4;[^\u0007\u001b]{0,20}(?:\u0007|\u001b\\)/g;
/** Other escape sequences, and control characters. */
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /\u001b\[[0-?]*[ -/]*[@-~]?|\u001b[\]P^_X][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Ends in a number, or inside an escape sequence. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const unfinished = /[\d.,:/]\s*$|\u001b[^a-zA-Z\u0007]*$/;

export class Lines {
  #decoder = new TextDecoder();
  /** What came after the last end. */
  #rest = '';
  /** A carriage return at the end, which may be half a line end. */
  #held = '';
  /** The line at hand is too long, or its beginning was not seen. */
  #passOver = false;
  /** The line at hand is drawn over another one. */
  #redrawn = false;
  /** What of the rest has been given out by `settle`. */
  #given = '';

  /** The pieces that are complete with these bytes. */
  feed(bytes: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    let text = `${this.#rest}${this.#held}${this.#decoder.decode(bytes, { stream: true })}`;
    this.#held = text.endsWith('\r') ? '\r' : '';
    text = text.slice(0, text.length - this.#held.length);
    let from = 0;
    for (const end of text.matchAll(ends)) {
      this.#end(text.slice(from, end.index), end[0], pieces);
      from = end.index + end[0].length;
    }
    this.#rest = text.slice(from);
    if (this.#rest.length > longest) this.#passOver = true;
    if (this.#passOver) this.#rest = this.#rest.slice(-longestEnd);
    return pieces;
  }

  /** What follows was not read: the line at hand is lost, and so is the one that is under way then. */
  skip(): void {
    this.#decoder = new TextDecoder();
    this.#rest = '';
    this.#held = '';
    this.#given = '';
    this.#passOver = true;
  }

  /**
   * The last line as it stands, for a log that goes on no more; nothing when it was given before. While the log goes on
   * (`growing`) only a line that does not end in a number, of which the rest may be to come.
   */
  settle(growing = false): Piece[] {
    const text = this.#rest;
    if (growing && this.#held === '' && unfinished.test(text)) return [];
    if (this.#passOver || text === this.#given || text.length > longest) return [];
    this.#given = text;
    const line = lineOf(text, this.#redrawn || this.#held !== '');
    return line === null ? [] : [{ kind: 'line', line }];
  }

  #end(raw: string, end: string, pieces: Piece[]): void {
    const isLineEnd = end.endsWith('\n');
    const isOsc = end.startsWith('\u001b]');
    const known = !this.#passOver && raw.length <= longest;
    const line = known ? lineOf(raw, this.#redrawn || !(isLineEnd || isOsc)) : null;
    if (line !== null) pieces.push({ kind: 'line', line });
    const osc = isOsc ? readOsc(end) : null;
    if (osc !== null) pieces.push({ kind: 'osc', osc });
    this.#passOver = false;
    this.#given = '';
    if (isLineEnd && this.#redrawn) pieces.push({ kind: 'left' });
    if (end.endsWith('A') || end.endsWith('F')) pieces.push({ kind: 'up' });
    if (!isOsc) this.#redrawn = !isLineEnd;
  }
}

function lineOf(raw: string, redrawn: boolean): Line | null {
  const text = raw.replace(escapes, '').trimEnd();
  if (text.trim() === '') return null;
  return { text: text.length <= head + tail ? text : `${text.slice(0, head)} … ${text.slice(-tail)}`, redrawn };
}
