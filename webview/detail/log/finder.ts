/** The find bar of the log: the search text, and the number of the current match. */
import { html, type TemplateResult } from 'lit';
import { icon } from '../../parts.ts';
import { fill, strings } from '../../strings.ts';
import { firstToShow, type Match, matchLimit } from './matches.ts';

/** The screen that is searched. */
export interface Searched {
  readonly lastSeenRow: number;
  find(wanted: string): Match[];
  mark(match: Match | null): void;
}

export class LogFinder {
  readonly #screen: () => Searched | null;
  readonly #changed: () => void;
  #open = false;
  #wanted = '';
  #matches: Match[] = [];
  #at = 0;
  /** The last visible row when the find bar was opened. The nearest match above it is shown first. */
  #from = 0;

  /** `changed` is called when the find bar must be rendered again. */
  constructor(screen: () => Searched | null, changed: () => void) {
    this.#screen = screen;
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    if (!this.#open) this.#from = this.#screen()?.lastSeenRow ?? 0;
    this.#open = true;
    this.#search();
  }

  close(): void {
    this.#open = false;
    this.#screen()?.mark(null);
    this.#changed();
  }

  /** Searches again after the log or the width of the screen has changed. */
  refresh(): void {
    if (!this.#open) return;
    this.#matches = this.#screen()?.find(this.#wanted) ?? [];
    this.#at = Math.min(this.#at, Math.max(0, this.#matches.length - 1));
    this.#show();
  }

  /** Moves by this many matches, and wraps around. */
  step(steps: number): void {
    const count = this.#matches.length;
    if (count > 0) this.#at = (this.#at + steps + count) % count;
    this.#show();
  }

  render(): TemplateResult {
    return html`
      <div class="find" role="search" @keydown=${this.#key}>
        <input
          class="find-input"
          type="text"
          aria-label=${strings.findInLog}
          placeholder=${strings.findInLog}
          spellcheck="false"
          .value=${this.#wanted}
          @input=${this.#typed}
        />
        <span class="find-count" role="status">${this.#count()}</span>
        ${this.#button('arrow-up', strings.previousMatch, () => this.step(-1))}
        ${this.#button('arrow-down', strings.nextMatch, () => this.step(1))}
        ${this.#button('close', strings.closeFind, () => this.close())}
      </div>
    `;
  }

  #button(name: string, label: string, act: () => void): TemplateResult {
    return html`<button class="icon-button" title=${label} aria-label=${label} @click=${act}>${icon(name)}</button>`;
  }

  #count(): string {
    const count = this.#matches.length;
    if (this.#wanted === '') return '';
    if (count === 0) return strings.noMatches;
    return fill(strings.matchOf, this.#at + 1, count < matchLimit ? count : `${count}+`);
  }

  readonly #typed = ({ target }: Event) => {
    if (target instanceof HTMLInputElement) this.#wanted = target.value;
    this.#search();
  };

  readonly #key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) this.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #search(): void {
    this.#matches = this.#screen()?.find(this.#wanted) ?? [];
    this.#at = firstToShow(this.#matches, this.#from);
    this.#show();
  }

  #show(): void {
    this.#screen()?.mark(this.#matches[this.#at] ?? null);
    this.#changed();
  }
}
