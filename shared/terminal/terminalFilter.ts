/**
 * What of a job's output may reach a terminal, be it one of the editor or that of a page. A log is outside data: a file printed by a job could set
 * the clipboard or the title, ask the terminal questions whose answers are typed as input, or pretend to be the
 * shell. Text, colours, cursor movement and erasing pass; everything else is dropped.
 */
import { EscapeParser } from './escapes.ts';

/**
 * Finals of control sequences that pass: character and line edits, cursor movement, erasing, scrolling, colours,
 * saving and restoring the cursor.
 */
const allowedFinals: ReadonlySet<string> = new Set('@ABCDEFGHJKLMPSTXdfmsu');
/** Terminals repeat some actions as often as the number says, one by one. */
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

  /** The next bytes of the log, as what to write to the terminal. Characters and sequences may span pieces. */
  write(bytes: Uint8Array): string {
    return this.writeText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** As `write`, for output that was decoded before. */
  writeText(text: string): string {
    this.#output = [];
    this.#parser.write(text);
    return this.#output.join('');
  }

  /** What is left after the last bytes: a character that was never finished. */
  end(): string {
    return this.writeText(this.#decoder.decode());
  }

  #control(code: number): void {
    // VT and FF move down a line in terminals, as LF does; a terminal wants a CR with it.
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
  // 3 J would erase what was scrolled away, that is, most of the log.
  return final !== 'J' || numbers.every((number) => number < 3);
}
