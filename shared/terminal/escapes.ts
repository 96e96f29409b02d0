/**
 * Splits terminal output into text, control characters and escape sequences, even if they span pieces. Follows ECMA-48
 * and, for aborted sequences, the state machine of https://vt100.net/emu/dec_ansi_parser.
 */

/** Called for the parts of the output. Control strings (OSC, DCS, APC, PM, SOS) are dropped entirely. */
export interface EscapeHandler {
  /** Text without control characters. */
  text(text: string): void;
  /** A C0 control: `\n`, `\r`, `\t`, `\b`, … */
  control(code: number): void;
  /** A control sequence `ESC [ params final`, without private prefix or intermediates. */
  csi(params: string, final: string): void;
  /** `ESC` and one character that form a complete sequence. */
  escape(final: string): void;
}

type State = 'text' | 'escape' | 'escapeRest' | 'csi' | 'csiRest' | 'string' | 'stringEscape';

const esc = 0x1b;
/** Maximum length of the parameters of a control sequence. Longer ones are not meaningful. */
const paramsLimit = 128;
/** Length after which an unterminated control string is treated as text, so that it does not swallow the log. */
const stringLimit = 1_000_000;

export class EscapeParser {
  readonly #handler: EscapeHandler;
  #state: State = 'text';
  #params = '';
  #length = 0;
  /** Whether the current control string is an OSC, which BEL also ends. */
  #osc = false;

  constructor(handler: EscapeHandler) {
    this.#handler = handler;
  }

  /** Processes the next piece. */
  write(piece: string): void {
    let start = 0;
    for (let index = 0; index < piece.length; index += 1) {
      const code = piece.charCodeAt(index);
      const plain = code >= 0x20 && (code < 0x7f || code > 0x9f);
      if (this.#state === 'text' && plain) continue;
      if (this.#state === 'text') {
        if (index > start) this.#handler.text(piece.slice(start, index));
        this.#begin(code);
      } else if (this.#state === 'string' || this.#state === 'stringEscape') {
        this.#inString(code, piece.charAt(index));
      } else {
        this.#step(code, piece.charAt(index));
      }
      start = index + 1;
    }
    if (this.#state === 'text' && piece.length > start) this.#handler.text(piece.slice(start));
  }

  /** Handles a control character. 8-bit controls start the same sequences as `ESC` and a letter. */
  #begin(code: number): void {
    this.#state = 'text';
    if (code === esc) this.#state = 'escape';
    else if (code < 0x20) this.#handler.control(code);
    else if (code === 0x9b) this.#enterCsi();
    else if (isStringOpener(code - 0x40)) this.#enterString(code === 0x9d);
  }

  #step(code: number, character: string): void {
    // CAN and SUB abort a sequence, ESC starts a new one, and other controls work even within a sequence.
    if (code === 0x18 || code === 0x1a) this.#state = 'text';
    else if (code === esc || (code >= 0x80 && code <= 0x9f)) this.#begin(code);
    else if (code < 0x20) this.#handler.control(code);
    else if (code === 0x7f) return;
    else if (this.#state === 'escape') this.#afterEscape(code, character);
    else if (this.#state === 'escapeRest') this.#state = code < 0x30 ? 'escapeRest' : 'text';
    else this.#inCsi(code, character);
  }

  #afterEscape(code: number, character: string): void {
    this.#state = 'text';
    if (character === '[') this.#enterCsi();
    else if (isStringOpener(code)) this.#enterString(character === ']');
    else if (code < 0x30) this.#state = 'escapeRest';
    else if (code > 0x7f) this.#handler.text(character);
    else this.#handler.escape(character);
  }

  #enterCsi(): void {
    this.#state = 'csi';
    this.#params = '';
  }

  #inCsi(code: number, character: string): void {
    const parameter = (code >= 0x30 && code <= 0x39) || character === ';' || character === ':';
    if (code >= 0x40) {
      const whole = this.#state === 'csi' && code <= 0x7e;
      this.#state = 'text';
      if (whole) this.#handler.csi(this.#params, character);
      else if (code > 0x7f) this.#handler.text(character);
    } else if (parameter && this.#state === 'csi' && this.#params.length < paramsLimit) {
      this.#params += character;
    } else {
      this.#state = 'csiRest';
    }
  }

  #enterString(osc: boolean): void {
    this.#state = 'string';
    this.#osc = osc;
    this.#length = 0;
  }

  #inString(code: number, character: string): void {
    this.#length += 1;
    const escaped = this.#state === 'stringEscape';
    this.#state = 'string';
    if (escaped && character === '\\') this.#state = 'text';
    else if (escaped) {
      // Not the terminator, but a new sequence that aborts the string.
      this.#state = 'escape';
      this.#step(code, character);
    } else if (code === esc) this.#state = 'stringEscape';
    else if (code === 0x9c || code === 0x18 || code === 0x1a || this.#length > stringLimit) this.#state = 'text';
    else if (this.#osc && code === 0x07) this.#state = 'text';
    else if (this.#osc && code === 0x0a) {
      // An OSC never spans lines, so this one was left unfinished.
      this.#state = 'text';
      this.#handler.control(code);
    }
  }
}

/** Second characters of sequences that start a control string: P (DCS), X (SOS), ] (OSC), ^ (PM) and _ (APC). */
function isStringOpener(code: number): boolean {
  return code === 0x50 || code === 0x58 || code === 0x5d || code === 0x5e || code === 0x5f;
}
