/** Lines of a log as elements, kept in step with a bounded buffer by touching only what changed. */
import { fill, strings } from '../strings.ts';
import { styleClasses } from './ansi.ts';
import type { LogLine } from './logLines.ts';

export class LogRows {
  readonly element = document.createElement('div');
  /** Id of the first line that has an element, and of the first that has none yet. */
  #first = 0;
  #next = 0;

  clear(): void {
    this.element.replaceChildren();
    this.#first = 0;
    this.#next = 0;
  }

  /** Shows these lines, whose ids follow one another. */
  sync(lines: readonly LogLine[]): void {
    const start = lines[0]?.id ?? this.#next;
    if (start >= this.#next) {
      this.element.replaceChildren();
      this.#next = start;
    } else {
      for (; this.#first < start; this.#first += 1) this.element.firstElementChild?.remove();
      // The last one may have grown since.
      this.element.lastElementChild?.remove();
      this.#next -= this.#next > start ? 1 : 0;
    }
    this.#first = start;
    this.element.append(...lines.slice(this.#next - start).map(row));
    this.#next = start + lines.length;
  }
}

function row({ spans, cut }: LogLine): HTMLElement {
  const element = document.createElement('div');
  element.className = 'line';
  for (const { text, style } of spans) {
    const classes = styleClasses(style);
    element.append(classes.length === 0 ? text : piece(text, classes.join(' ')));
  }
  if (cut > 0) element.append(piece(fill(strings.longLine, cut), 'quiet'));
  return element;
}

function piece(text: string, className: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}
