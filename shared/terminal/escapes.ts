/**
 * Cuts terminal output into text, single controls and escape sequences, however it is chopped into pieces.
 * Follows ECMA-48 and, for how sequences are broken off, the state machine of https://vt100.net/emu/dec_ansi_parser.
 */

/** What the output consists of. Sequences that are strings (OSC, DCS, APC, PM, SOS) are dropped whole. */
export interface EscapeHandler {
  /** Text without any control character. */
  text(text: string): void;
  /** A C0 control: `\n`, `\r`, `\t`, `\b`, … */
  control(code: number): void;
  /** A control sequence `ESC [ params final`, without private prefix or intermediates. */
  csi(params: string, final: string): void;
  /** `ESC` and one character, where that is a whole sequence. */
  escape(final: string): void;
}

type State = 'text' | 'escape' | 'escapeRest' | 'csi' | 'csiRest' | 'string' | 'stringEscape';

const esc = 0x1b;
/** Characters of parameters beyond which a control sequence is not one that anything means. */
const paramsLimit = 128;
/** Characters after which a string that never ends is taken for text again: it must not swallow the log. */
const stringLimit = 1_000_000;

export class EscapeParser {
  readonly #handler: EscapeHandler;
  #state: State = 'text';
  #params = '';
  #length = 0;
  /** Whether the string under way is an OSC, which a bell also ends. */
  #osc = false;

  constructor(handler: EscapeHandler) {
    this.#handler = handler;
  }

  /** Takes the next piece. */
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

  /** A control in the midst of text. Those of eight bits begin the same sequences as `ESC` and a letter. */
  #begin(code: number): void {
    this.#state = 'text';
    if (code === esc) this.#state = 'escape';
    else if (code < 0x20) this.#handler.control(code);
    else if (code === 0x9b) this.#enterCsi();
    else if (isStringOpener(code - 0x40)) this.#enterString(code === 0x9d);
  }

  #step(code: number, character: string): void {
    // CAN and SUB break a sequence off, ESC begins another; other controls work in the midst of one.
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
      // Not the end of the string but another sequence, which breaks it off.
      this.#state = 'escape';
      this.#step(code, character);
    } else if (code === esc) this.#state = 'stringEscape';
    else if (code === 0x9c || code === 0x18 || code === 0x1a || this.#length > stringLimit) this.#state = 'text';
    else if (this.#osc && code === 0x07) this.#state = 'text';
    else if (this.#osc && code === 0x0a) {
      // No OSC spans lines, so this one was never finished.
      this.#state = 'text';
      this.#handler.control(code);
    }
  }
}

/** P (DCS), X (SOS), ] (OSC), ^ (PM) and _ (APC), the second characters of sequences that carry a string. */
function isStringOpener(code: number): boolean {
  return code === 0x50 || code === 0x58 || code === 0x5d || code === 0x5e || code === 0x5f;
}
