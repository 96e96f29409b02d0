/** Terminal output as the plain text of a document, and where in it which colours are. */
import { EscapeParser } from './escapes.ts';
import { applySgr, plain, type Style, styleKey } from './style.ts';

/** A stretch of one line in one style; columns in UTF-16 units, `end` not included. */
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

/** Spans and different styles beyond which the rest stays without colours: each costs the editor. */
const spanLimit = 20_000;
const styleLimit = 200;

/**
 * What a terminal would have ended up showing, line by line: what a carriage return or a backspace overwrote is
 * gone. Moving the cursor up is not followed: what was drawn there twice is there twice.
 */
export function toPlainText(output: string): PlainText {
  const page = new Page();
  new EscapeParser(page).write(output);
  return page.finish();
}

/** Text as a person sees it: no escape sequences or control characters, overwritten lines as they stood last. */
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
  /** A carriage return was last: what comes next replaces the line. */
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
    // None of them puts anything on the page.
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
