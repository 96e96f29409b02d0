/** The live log: the end of an attempt's output, followed until the reader scrolls up. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { LogChunkMessage } from '../../shared/panel.ts';
import { strings } from '../strings.ts';
import { LogLines } from './logLines.ts';
import { LogRows } from './logRows.ts';
import { icon } from './parts.ts';

/** Characters from which on a chunk is part of a flood, and milliseconds of rest before the next: nobody reads along. */
const floodSize = 50_000;
const floodPause = 100;

/** How near to the end, in pixels, counts as the end. */
const nearEnd = 4;

export class LogView extends LitElement {
  static override properties = {
    heading: { attribute: false },
    attempt: { attribute: false },
    following: { state: true },
    last: { state: true },
  };

  declare heading: string;
  /** The attempt whose log is wanted; 0: none has started. */
  declare attempt: number;
  /** The end stays in view. */
  declare following: boolean;
  /** The newest chunk. */
  declare last: LogChunkMessage | null;

  readonly #viewport = document.createElement('div');
  readonly #earlier = document.createElement('p');
  readonly #rows = new LogRows();
  readonly #resizes = new ResizeObserver(() => this.#keepEnd());
  readonly #shown: (seq: number) => void;
  #lines = new LogLines();
  /** The log has more before its first line here. */
  #cutAbove = false;
  #drawing = false;
  #top = 0;
  /** What came since the end is not followed. No more comes before it is shown. */
  #held: LogChunkMessage | null = null;

  /** `shown` is told the number of the newest chunk on the screen. */
  constructor(shown: (seq: number) => void) {
    super();
    this.#shown = shown;
    this.heading = strings.log;
    this.attempt = 0;
    this.following = true;
    this.last = null;
    this.#earlier.className = 'quiet';
    this.#earlier.textContent = strings.earlierOutput;
    this.#viewport.className = 'log-viewport terminal';
    this.#viewport.tabIndex = 0;
    this.#viewport.role = 'log';
    this.#viewport.ariaLive = 'off';
    this.#viewport.append(this.#earlier, this.#rows.element);
    this.#viewport.addEventListener('scroll', () => this.#scrolled());
  }

  /** Adds a chunk; it is on the screen with the next frame. While somebody reads further up nothing moves. */
  take(chunk: LogChunkMessage): void {
    if (chunk.attempt !== this.last?.attempt) this.following = true;
    this.#held = this.following ? null : chunk;
    if (this.following) this.#add(chunk);
  }

  #add(chunk: LogChunkMessage): void {
    if (chunk.reset) {
      this.#lines = new LogLines();
      this.#rows.clear();
      this.#cutAbove = chunk.earlier;
    }
    this.#lines.push(chunk.text);
    this.last = chunk;
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizes.observe(this.#viewport);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizes.disconnect();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('following') || !this.following || this.#held === null) return;
    const held = this.#held;
    this.#held = null;
    this.#add(held);
  }

  /** In the page's own tree, where its styles reach. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const note = this.#note();
    const follow = () => {
      this.following = !this.following;
      this.#keepEnd();
    };
    this.#viewport.ariaLabel = this.heading;
    return html`
      <section class="section" aria-labelledby="heading-log">
        <div class="log-head">
          <h2 id="heading-log">${this.heading}</h2>
          ${this.last?.ended === true ? nothing : this.#toggle(follow)}
        </div>
        ${note === null ? nothing : html`<p class="quiet">${note}</p>`}
        <div class="log-frame" ?hidden=${this.last?.attempt !== this.attempt || this.#lines.lines.length === 0}>
          ${this.#viewport}
          ${this.following ? nothing : html`<button class="jump" @click=${follow}>${icon('arrow-down')}${strings.jumpToEnd}</button>`}
        </div>
      </section>
    `;
  }

  #toggle(follow: () => void): TemplateResult {
    return html`
      <button class="toggle" aria-pressed=${this.following} title=${strings.followHint} @click=${follow}>
        ${icon('fold-down')}<span>${strings.follow}</span>
      </button>
    `;
  }

  /** What stands in for lines, or beside them when no more can be read. */
  #note(): string | null {
    if (this.attempt === 0) return strings.notStarted;
    if (this.last?.attempt !== this.attempt) return strings.waitsForLog;
    if (this.last.error !== null) return this.last.error.message;
    if (this.#lines.lines.length > 0) return null;
    return this.last.ended ? strings.noOutput : strings.noOutputYet;
  }

  #draw(): void {
    this.#drawing = false;
    this.#rows.sync(this.#lines.lines);
    this.#earlier.hidden = !this.#cutAbove && this.#lines.dropped === 0;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      this.#keepEnd();
      if (this.last !== null) this.#acknowledge(this.last);
    });
  }

  #acknowledge({ seq, text }: LogChunkMessage): void {
    if (text.length < floodSize) this.#shown(seq);
    else setTimeout(() => this.#shown(seq), floodPause);
  }

  #keepEnd(): void {
    if (this.following) this.#viewport.scrollTop = this.#viewport.scrollHeight;
  }

  /** Scrolling up lets go of the end, coming back to it follows again; growing and wrapping anew do neither. */
  #scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#viewport;
    if (scrollTop + clientHeight >= scrollHeight - nearEnd) this.following = true;
    else if (scrollTop < this.#top) this.following = false;
    this.#top = scrollTop;
  }
}
