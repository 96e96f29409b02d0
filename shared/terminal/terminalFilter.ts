/**
 * Filters job output for a terminal in the editor or on a page. A log is untrusted: a printed file could set the clipboard
 * or title, make the terminal type answers to queries, or imitate the shell. Text, colors, cursor movement and erasing
 * pass; everything else is dropped.
 */
import { EscapeParser } from './escapes.ts';

/**
 * Final characters of control sequences that pass: editing, cursor movement, erasing, scrolling, colors, and saving and
 * restoring the cursor.
 */
const allowedFinals: ReadonlySet<string> = new Set('@ABCDEFGHJKLMPSTXdfmsu');
/** Maximum repeat count, because terminals perform repeated actions one by one. */
const largestParameter = 9_999;

export class TerminalFilter {
  readonly #decoder = new TextDecoder('utf-8');
  readonly #parser: EscapeParser;
  #output: string[] = [];
  #afterReturn = false;

  constructor() {
    this.#parser = new EscapeParser({
      text: (text) => this.#emit(text),
      control: (code) => this.#control(code),
      csi: (params, final) => {
        if (mayPass(params, final)) this.#emit(`\u001b[${params}${final}`);
      },
      escape: (final) => {
        if (final === '7' || final === '8') this.#emit(`\u001b${final}`);
      },
    });
  }

  /** Decodes and filters the next bytes of the log. Characters and sequences may span pieces. */
  write(bytes: Uint8Array): string {
    return this.writeText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Like `write`, for decoded output. */
  writeText(text: string): string {
    this.#output = [];
    this.#parser.write(text);
    return this.#output.join('');
  }

  /** Flushes an incomplete character after the last bytes. */
  end(): string {
    return this.writeText(this.#decoder.decode());
  }

  #control(code: number): void {
    // Terminals treat VT and FF like LF, which needs a CR.
    if (code === 0x0a || code === 0x0b || code === 0x0c) this.#emit(this.#afterReturn ? '\n' : '\r\n');
    else if (code === 0x0d) {
      if (!this.#afterReturn) this.#emit('\r');
      this.#afterReturn = true;
    } else if (code === 0x08 || code === 0x09) this.#emit(String.fromCharCode(code));
  }

  #emit(text: string): void {
    this.#output.push(text);
    this.#afterReturn = false;
  }
}

function mayPass(params: string, final: string): boolean {
  if (!allowedFinals.has(final)) return false;
  const numbers = params.split(/[;:]/).map(Number);
  if (numbers.some((number) => number > largestParameter)) return false;
  // `3 J` would erase the scrollback, which is most of the log.
  return final !== 'J' || numbers.every((number) => number < 3);
}
