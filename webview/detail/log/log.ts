/** The live log: the end of an attempt's output, followed until the reader scrolls up. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { isErrorLine } from '../../../shared/errorLine.ts';
import { formatBytes } from '../../../shared/format.ts';
import { hintText, messageText } from '../../../shared/messages/render.ts';
import type { LogChunkMessage } from '../../../shared/panel.ts';
import { toPlainText } from '../../../shared/terminal/plainText.ts';
import { icon } from '../../parts.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import { LogFinder } from './finder.ts';
import { LogScreen } from './screen.ts';
import { type LogTool, logTools } from './tools.ts';

/** From this many characters on, a chunk counts as part of a flood, and the next one is delayed by this many milliseconds. */
const floodSize = 50_000;
const floodPause = 100;

export interface LogEvents {
  /** The chunk with this number is on screen. */
  shown(seq: number): void;
  /** The tools changed, which are outside of this element. */
  changed(): void;
  /** The reader turned wrapping on or off. */
  wrapped(wraps: boolean): void;
  /** Opens the log in an editor tab. */
  open(): void;
  /** Opens the file of the whole log. */
  openWhole(): void;
}

export class LogView extends LitElement {
  static override properties = {
    heading: { attribute: false },
    attempt: { attribute: false },
    failure: { attribute: false },
    follows: { attribute: false },
    wraps: { attribute: false },
    following: { state: true },
    last: { state: true },
    hasText: { state: true },
    hasErrors: { state: true },
  };

  declare heading: string;
  /** The attempt whose log to show; 0 if none has started. */
  declare attempt: number;
  /** Texts in the log that say why the attempt failed, best first; null if it has not failed. */
  declare failure: readonly string[] | null;
  /** Whether the attempt runs, so that there may be more output. */
  declare follows: boolean;
  /** Whether long lines wrap. */
  declare wraps: boolean;
  /** Whether to keep the end in view. */
  declare following: boolean;
  /** The newest chunk. */
  declare last: LogChunkMessage | null;
  /** Whether there is any output to show. */
  declare hasText: boolean;
  /** Whether there is an error in the output. */
  declare hasErrors: boolean;

  readonly #host = document.createElement('div');
  readonly #resizes = new ResizeObserver(() => this.#fit());
  readonly #finder = new LogFinder(
    () => this.#screen,
    () => this.#found(),
  );
  readonly #events: LogEvents;
  #screen: LogScreen | null = null;
  /** The previous chunk; chunks are drawn one at a time. */
  #drawn: Promise<void> = Promise.resolve();
  /** Bytes of earlier output that are not shown. */
  #skipped = 0;
  /** A chunk received while not following. No more are sent until it is shown. */
  #held: LogChunkMessage | null = null;
  /** Whether to show the error when the attempt has failed. Done once, and not if the reader has scrolled. */
  #showsError = false;

  constructor(events: LogEvents) {
    super();
    this.#events = events;
    this.heading = strings.log;
    this.attempt = 0;
    this.failure = null;
    this.follows = false;
    this.wraps = false;
    this.following = true;
    this.last = null;
    this.hasText = false;
    this.hasErrors = false;
    this.#host.className = 'log-screen';
    this.addEventListener('keydown', (event) => this.#key(event));
    // Before the editor reads it, which opens the menu.
    this.#host.addEventListener('contextmenu', (event) => this.#nameLine(event), { capture: true });
  }

  /** Adds a chunk, which is drawn with the next frame. If the reader has scrolled up, nothing moves. */
  take(chunk: LogChunkMessage): void {
    if (chunk.attempt !== this.last?.attempt || (chunk.reset && this.last.ended)) this.following = true;
    this.#held = this.following ? null : chunk;
    if (this.following) this.#add(chunk);
  }

  /** Whether there is nothing more to wait for before the log is first shown. */
  get isComplete(): boolean {
    return this.attempt === 0 || (this.last?.attempt === this.attempt && (this.last.ended || this.failure === null));
  }

  /** Resolves when everything received so far is drawn. */
  get drawn(): Promise<void> {
    return this.#drawn;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizes.observe(this.#host);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizes.disconnect();
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.#events.changed();
    if (this.#screen !== null) {
      this.#screen.label = this.heading;
      this.#screen.wraps = this.wraps;
    }
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
    const isShown = this.#isShown();
    const jump = html`
      <button class="jump" @click=${() => this.#follow(true)}>${icon('arrow-down')}${strings.jumpToEnd}</button>
    `;
    return html`
      ${note === null ? nothing : html`<p class="quiet log-note">${note}</p>`}
      ${isShown && this.#finder.isOpen ? this.#finder.render() : nothing}
      ${isShown ? this.#skippedLine() : nothing}
      <div class="log-frame" ?hidden=${!isShown}>
        ${this.#host}
        ${this.following || this.#isEnded() ? nothing : jump}
      </div>
    `;
  }

  /** `240 MB skipped · Open Full Log`, above the first line. */
  #skippedLine(): TemplateResult | typeof nothing {
    if (this.#skipped === 0 && this.#screen?.overflown !== true) return nothing;
    const what = this.#skipped === 0 ? strings.earlierOutput : fill(strings.skipped, formatBytes(this.#skipped, t));
    return html`
      <p class="quiet log-note log-earlier">
        ${what} · <button class="link" @click=${() => this.#events.openWhole()}>${strings.openFullLog}</button>
      </p>
    `;
  }

  /** The buttons for the log, to be shown above it. */
  tools(): TemplateResult | typeof nothing {
    if (!this.#isShown()) return nothing;
    const { isOpen } = this.#finder;
    const tools: LogTool[] = [
      {
        icon: 'search',
        label: strings.findInLog,
        pressed: isOpen,
        run: () => (isOpen ? this.#finder.close() : this.#openFinder()),
      },
      ...(this.hasErrors ? this.#errorTools() : []),
      {
        icon: 'word-wrap',
        label: strings.wrapLines,
        pressed: this.wraps,
        run: () => this.#events.wrapped(!this.wraps),
      },
      { icon: 'go-to-file', label: strings.openLogInTab, pressed: null, run: () => this.#events.open() },
    ];
    const follow: LogTool = {
      icon: 'fold-down',
      label: strings.follow,
      pressed: this.following,
      run: () => this.#follow(!this.following),
    };
    return logTools(tools, this.follows && !this.#isEnded() ? follow : null);
  }

  #errorTools(): LogTool[] {
    const tool = (name: string, label: string, at: 0 | -1): LogTool => ({
      icon: name,
      label,
      pressed: null,
      run: () => this.#goToError(at),
    });
    return [tool('error arrow-up', strings.firstError, 0), tool('error arrow-down', strings.lastError, -1)];
  }

  #isShown(): boolean {
    return this.hasText && this.last?.attempt === this.attempt;
  }

  #isEnded(): boolean {
    return this.last?.ended === true;
  }

  /** A note instead of output, or above it if no more can be read. */
  #note(): string | null {
    if (this.attempt === 0) return strings.notStarted;
    if (this.last?.attempt !== this.attempt) return null;
    if (this.last.error !== null)
      return [messageText(this.last.error, t), hintText(this.last.error, t) ?? ''].join(' ').trim();
    if (this.hasText) return null;
    return this.last.ended ? strings.noOutput : strings.noOutputYet;
  }

  #add(chunk: LogChunkMessage): void {
    if (chunk.reset) {
      this.#skipped = chunk.skipped;
      this.#showsError = true;
      this.hasText = false;
      this.hasErrors = false;
    }
    this.hasText ||= chunk.text !== '';
    this.hasErrors ||= toPlainText(chunk.text).text.split('\n').some(isErrorLine);
    this.last = chunk;
    this.#drawn = this.#drawn.then(() => this.#draw(chunk));
  }

  async #draw({ seq, text, reset, ended }: LogChunkMessage): Promise<void> {
    await this.updateComplete;
    if (text !== '') this.#screen ??= this.#createScreen();
    const screen = this.#screen;
    if (screen !== null && (text !== '' || reset)) {
      await screen.write(text, reset);
      if (this.following) screen.scrollToEnd();
      this.#finder.refresh();
      this.requestUpdate();
    }
    if (ended) this.#showError();
    await new Promise((drawn) => requestAnimationFrame(drawn));
    if (text.length < floodSize) this.#events.shown(seq);
    else setTimeout(() => this.#events.shown(seq), floodPause);
  }

  #createScreen(): LogScreen {
    const screen = new LogScreen(this.#host, (to) => this.#scrolled(to));
    screen.label = this.heading;
    screen.wraps = this.wraps;
    screen.fit();
    return screen;
  }

  /** Scrolls to what says why the attempt failed, if it is above the end. */
  #showError(): void {
    const screen = this.#screen;
    if (screen === null || this.failure === null || !this.#showsError || !this.following) return;
    this.#showsError = false;
    const row = this.failure.map((text) => screen.find(text)[0]?.row).find((one) => one !== undefined);
    const at = row ?? screen.errorRows().at(-1);
    if (at !== undefined) screen.openAt(at);
  }

  /** `at`: 0 for the first error, -1 for the last one. */
  #goToError(at: 0 | -1): void {
    const row = this.#screen?.errorRows().at(at);
    if (row === undefined) return;
    // New output must not scroll it out of view.
    this.following = this.#isEnded() && this.following;
    this.#screen?.goTo(row);
    this.#screen?.focus();
  }

  #follow(following: boolean): void {
    this.following = following;
  }

  readonly #fit = () => {
    this.#screen?.fit();
    if (this.following && !this.#isEnded()) this.#screen?.scrollToEnd();
    this.#finder.refresh();
  };

  /** Scrolling up stops following and scrolling to the end resumes it, except when moving between matches. */
  #scrolled(to: 'end' | 'up'): void {
    if (to === 'up') this.following = false;
    else if (!this.#finder.isOpen) this.following = true;
  }

  /** Tells the commands of the context menu on which line it is opened. Without the first lines, their number isn't known. */
  #nameLine({ clientY }: MouseEvent): void {
    const logLine = this.#skipped > 0 ? null : (this.#screen?.lineAt(clientY) ?? null);
    this.#host.dataset.vscodeContext = JSON.stringify({ attempt: this.attempt, logLine, hasLogLine: logLine !== null });
  }

  #openFinder(): void {
    // New output must not scroll a match out of view.
    this.following = this.#isEnded() && this.following;
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
