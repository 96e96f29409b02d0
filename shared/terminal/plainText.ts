/** Converts terminal output to plain text and the color spans in it. */
import { EscapeParser } from './escapes.ts';
import { applySgr, plain, type Style, styleKey } from './style.ts';

/** A range within one line with one style. Columns count UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

export interface PlainText {
  readonly text: string;
  readonly spans: readonly Span[];
}

/** Maximum number of spans and of distinct styles; the rest stays uncolored, because each costs the editor time. */
const spanLimit = 20_000;
const styleLimit = 200;

/**
 * The final content of each line: text overwritten after a carriage return or backspace is gone. Cursor movement to
 * earlier lines is not emulated, so text that is redrawn that way appears twice.
 */
export function toPlainText(output: string): PlainText {
  const page = new Page();
  new EscapeParser(page).write(output);
  return page.finish();
}

/** Text without escape sequences or control characters, with overwritten lines in their final state. */
export function plainText(output: string): string {
  return toPlainText(output).text;
}

class Page {
  readonly #lines: string[] = [];
  readonly #spans: Span[] = [];
  readonly #styles = new Set<string>();
  #line = '';
  #lineSpans: Span[] = [];
  #style = plain;
  /** The last character was a carriage return, so the next text replaces the line. */
  #returned = false;

  text(text: string): void {
    if (this.#returned) this.#clear();
    const start = this.#line.length;
    this.#line += text;
    this.#paint(start, this.#line.length);
  }

  control(code: number): void {
    if (code === 0x0a || code === 0x0b || code === 0x0c) this.#endLine();
    else if (code === 0x0d) this.#returned = true;
    else if (code === 0x09) this.text('\t');
    else if (code === 0x08) this.#stepBack();
  }

  csi(params: string, final: string): void {
    if (final === 'm') this.#style = applySgr(this.#style, params);
    else if (final === 'K' && (this.#returned || params === '1' || params === '2')) this.#clear();
  }

  escape(): void {
    // None of them produces visible text.
  }

  finish(): PlainText {
    this.#endLine();
    return { text: this.#lines.join('\n'), spans: this.#spans };
  }

  #endLine(): void {
    this.#lines.push(this.#line);
    for (const span of this.#lineSpans) this.#spans.push(span);
    this.#clear();
  }

  #clear(): void {
    this.#line = '';
    this.#lineSpans = [];
    this.#returned = false;
  }

  #stepBack(): void {
    this.#line = this.#line.slice(0, -1);
    const end = this.#line.length;
    this.#lineSpans = this.#lineSpans
      .filter((span) => span.start < end)
      .map((span) => (span.end > end ? { ...span, end } : span));
  }

  #paint(start: number, end: number): void {
    const key = styleKey(this.#style);
    if (key === '' || this.#spans.length + this.#lineSpans.length >= spanLimit) return;
    if (!this.#styles.has(key) && this.#styles.size >= styleLimit) return;
    this.#styles.add(key);
    const last = this.#lineSpans.at(-1);
    if (last !== undefined && last.end === start && styleKey(last.style) === key) {
      this.#lineSpans[this.#lineSpans.length - 1] = { ...last, end };
    } else {
      this.#lineSpans.push({ line: this.#lines.length, start, end, style: this.#style });
    }
  }
}
