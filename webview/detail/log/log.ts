/** The live log: the end of an attempt's output, followed until the reader scrolls up. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { formatBytes } from '../../../shared/format.ts';
import { hintText, messageText } from '../../../shared/messages/render.ts';
import type { LogChunkMessage } from '../../../shared/panel.ts';
import { icon } from '../../parts.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import { LogFinder } from './finder.ts';
import type { LogScreen } from './screen.ts';

/** From this many characters on, a chunk counts as part of a flood, and the next one is delayed by this many milliseconds. */
const floodSize = 50_000;
const floodPause = 100;

/** The log's minimum height in pixels, and its share of the page's height. */
const lowest = 160;
const share = 0.5;

export class LogView extends LitElement {
  static override properties = {
    heading: { attribute: false },
    attempt: { attribute: false },
    following: { state: true },
    last: { state: true },
    hasText: { state: true },
    broken: { state: true },
  };

  declare heading: string;
  /** The attempt whose log to show; 0 if none has started. */
  declare attempt: number;
  /** Whether to keep the end in view. */
  declare following: boolean;
  /** The newest chunk. */
  declare last: LogChunkMessage | null;
  /** Whether there is any output to show. */
  declare hasText: boolean;
  /** Whether the terminal could not be loaded. */
  declare broken: boolean;

  readonly #host = document.createElement('div');
  readonly #resizes = new ResizeObserver(() => this.#fit());
  readonly #finder = new LogFinder(
    () => this.#screen,
    () => this.#found(),
  );
  readonly #shown: (seq: number) => void;
  readonly #openWhole: () => void;
  #screen: LogScreen | null = null;
  /** The previous chunk; chunks are drawn one at a time. */
  #drawn: Promise<void> = Promise.resolve();
  /** Bytes of earlier output that are not shown. */
  #skipped = 0;
  /** A chunk received while not following. No more are sent until it is shown. */
  #held: LogChunkMessage | null = null;

  /** `shown` is called with the number of each chunk once it is on screen; `openWhole` opens the file of the log. */
  constructor(shown: (seq: number) => void, openWhole: () => void) {
    super();
    this.#shown = shown;
    this.#openWhole = openWhole;
    this.heading = strings.log;
    this.attempt = 0;
    this.following = true;
    this.last = null;
    this.hasText = false;
    this.broken = false;
    this.#host.className = 'log-screen';
    this.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Adds a chunk, which is drawn with the next frame. If the reader has scrolled up, nothing moves. */
  take(chunk: LogChunkMessage): void {
    if (chunk.attempt !== this.last?.attempt) this.following = true;
    this.#held = this.following ? null : chunk;
    if (this.following) this.#add(chunk);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizes.observe(this);
    window.addEventListener('resize', this.#fit);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizes.disconnect();
    window.removeEventListener('resize', this.#fit);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.#screen !== null) this.#screen.label = this.heading;
    if (!changed.has('following') || !this.following) return;
    this.#screen?.scrollToEnd();
    if (this.#held === null) return;
    const held = this.#held;
    this.#held = null;
    this.#add(held);
  }

  /** No shadow root, so that the page's styles apply. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const note = this.#note();
    const follow = () => {
      this.following = !this.following;
    };
    const isShown = this.hasText && !this.broken && this.last?.attempt === this.attempt;
    return html`
      <section class="section" aria-labelledby="heading-log">
        <div class="log-head">
          <h2 id="heading-log">${this.heading}</h2>
          ${isShown ? this.#findToggle() : nothing}
          ${this.last?.ended === true ? nothing : this.#followToggle(follow)}
        </div>
        ${note === null ? nothing : html`<p class="quiet">${note}</p>`}
        ${isShown && this.#finder.isOpen ? this.#finder.render() : nothing}
        ${isShown ? this.#skippedLine() : nothing}
        <div class="log-frame" ?hidden=${!isShown}>
          ${this.#host}
          ${this.following ? nothing : html`<button class="jump" @click=${follow}>${icon('arrow-down')}${strings.jumpToEnd}</button>`}
        </div>
      </section>
    `;
  }

  /** `240 MB skipped · Open Full Log`, above the first line. */
  #skippedLine(): TemplateResult | typeof nothing {
    if (this.#skipped === 0 && this.#screen?.overflown !== true) return nothing;
    const what = this.#skipped === 0 ? strings.earlierOutput : fill(strings.skipped, formatBytes(this.#skipped, t));
    return html`
      <p class="quiet log-earlier">
        ${what} · <button class="link" @click=${this.#openWhole}>${strings.openFullLog}</button>
      </p>
    `;
  }

  #followToggle(follow: () => void): TemplateResult {
    return html`
      <button class="toggle" aria-pressed=${this.following} title=${strings.followHint} @click=${follow}>
        ${icon('fold-down')}<span>${strings.follow}</span>
      </button>
    `;
  }

  #findToggle(): TemplateResult {
    const { isOpen } = this.#finder;
    const toggle = () => (isOpen ? this.#finder.close() : this.#openFinder());
    return html`
      <button class="icon-button log-find" aria-pressed=${isOpen} title=${strings.findInLog} aria-label=${strings.findInLog} @click=${toggle}>
        ${icon('search')}
      </button>
    `;
  }

  /** A note instead of output, or below it if no more can be read. */
  #note(): string | null {
    if (this.attempt === 0) return strings.notStarted;
    if (this.last?.attempt !== this.attempt) return strings.waitsForLog;
    if (this.last.error !== null)
      return [messageText(this.last.error, t), hintText(this.last.error, t) ?? ''].join(' ').trim();
    if (this.broken) return strings.logNotDrawn;
    if (this.hasText) return null;
    return this.last.ended ? strings.noOutput : strings.noOutputYet;
  }

  #add(chunk: LogChunkMessage): void {
    if (chunk.reset) {
      this.#skipped = chunk.skipped;
      this.hasText = false;
    }
    this.hasText ||= chunk.text !== '';
    this.last = chunk;
    this.#drawn = this.#drawn.then(() => this.#draw(chunk));
  }

  async #draw({ seq, text, reset }: LogChunkMessage): Promise<void> {
    await this.updateComplete;
    const screen = text === '' ? this.#screen : await this.#getScreen();
    if (screen !== null && (text !== '' || reset)) {
      await screen.write(text, reset);
      if (this.following) screen.scrollToEnd();
      this.#finder.refresh();
      this.requestUpdate();
    }
    await new Promise((drawn) => requestAnimationFrame(drawn));
    if (text.length < floodSize) this.#shown(seq);
    else setTimeout(() => this.#shown(seq), floodPause);
  }

  /** Loads the terminal, which is large, without delaying the rest of the page. Null if it can't be loaded. */
  async #getScreen(): Promise<LogScreen | null> {
    if (this.#screen !== null) return this.#screen;
    const loaded = await import('./screen.ts').catch((error: unknown) => {
      console.error(error);
      return null;
    });
    this.broken = loaded === null;
    await this.updateComplete;
    if (loaded === null) return null;
    this.#screen = new loaded.LogScreen(this.#host, (to) => this.#scrolled(to));
    this.#screen.label = this.heading;
    this.#fit();
    return this.#screen;
  }

  readonly #fit = () => {
    this.#screen?.fit(Math.max(lowest, window.innerHeight * share));
    if (this.following) this.#screen?.scrollToEnd();
    this.#finder.refresh();
  };

  /** Scrolling up stops following and scrolling to the end resumes it, except when moving between matches. */
  #scrolled(to: 'end' | 'up'): void {
    if (to === 'up') this.following = false;
    else if (!this.#finder.isOpen) this.following = true;
  }

  #openFinder(): void {
    // New output must not scroll a match out of view.
    this.following = this.last?.ended === true && this.following;
    this.#finder.open();
    void this.updateComplete.then(() => {
      const input = this.querySelector<HTMLInputElement>('.find-input');
      input?.focus();
      input?.select();
    });
  }

  #found(): void {
    this.requestUpdate();
    if (this.#finder.isOpen) return;
    this.#screen?.focus();
    if (this.#screen?.atEnd === true) this.following = true;
  }

  #key(event: KeyboardEvent): void {
    const screen = this.#screen;
    if (screen === null || event.altKey) return;
    const command = event.ctrlKey || event.metaKey;
    const onScreen = event.target instanceof Node && this.#host.contains(event.target);
    if (command && event.key.toLowerCase() === 'f') this.#openFinder();
    else if (event.key === 'F3' && this.#finder.isOpen) this.#finder.step(event.shiftKey ? -1 : 1);
    else if (command && event.key.toLowerCase() === 'a' && onScreen) screen.selectAll();
    else if (command || !onScreen || !screen.scrollBy(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
