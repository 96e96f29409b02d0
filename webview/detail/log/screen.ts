/** The screen of the log: a read-only terminal. Created when there is something to show; see `log.ts`. */
import { type IBufferLine, Terminal } from '@xterm/xterm';
import { TerminalFilter } from '../../../shared/terminal/terminalFilter.ts';
import { withConstructedSheets } from './constructedSheets.ts';
import { findMatches, type Match, type ScreenRow } from './matches.ts';
import { terminalLook } from './theme.ts';

/** Rows of scrollback. */
const scrollback = 5_000;
const narrowest = 20;
/** Width in pixels of xterm's scrollbar. */
const scrollbarWidth = 14;

/** `\x1bc` resets a terminal in any state. The cursor is hidden, because it would suggest that one can type. */
const anew = '\u001bc\u001b[?25l';

export class LogScreen {
  readonly #host: HTMLElement;
  readonly #terminal: Terminal;
  readonly #watch: MutationObserver;
  #filter = new TerminalFilter();
  /** The last line feed, held back until more output follows, so that there is no empty row below. */
  #lineEnd = '';
  #label = '';
  /** Whether a resize is in progress, which also scrolls. */
  #fitting = false;
  #top = 0;

  /**
   * Draws into `host`, which must be visible on the page. `scrolled` is called when the reader scrolls `up`, or back to
   * the `end`.
   */
  constructor(host: HTMLElement, scrolled: (to: 'end' | 'up') => void) {
    this.#host = host;
    this.#terminal = new Terminal({
      ...this.#look(),
      scrollback,
      rows: 10,
      cols: 80,
      lineHeight: 1.2,
      disableStdin: true,
      cursorBlink: false,
      cursorInactiveStyle: 'none',
      altClickMovesCursor: false,
      // Without a shell that redraws the last line, it would be cut off when the page gets narrower.
      reflowCursorLine: true,
      smoothScrollDuration: 0,
      scrollOnUserInput: false,
      logLevel: 'off',
    });
    withConstructedSheets(() => this.#terminal.open(host));
    // The page handles all keys, because a log accepts no input.
    this.#terminal.attachCustomKeyEventHandler(() => false);
    this.#terminal.write(anew);
    this.#terminal.onScroll(() => this.#scrolled(scrolled));
    this.#watch = new MutationObserver(() => this.#wear());
    this.#watch.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    this.#watch.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.#speak();
  }

  /** The label for screen readers. */
  set label(label: string) {
    this.#label = label;
    this.#speak();
  }

  /** Whether rows have been dropped from the scrollback. */
  get overflown(): boolean {
    return this.#terminal.buffer.active.baseY >= scrollback;
  }

  get atEnd(): boolean {
    const { viewportY, baseY } = this.#terminal.buffer.active;
    return viewportY >= baseY;
  }

  /** Appends output, or replaces everything. Resolves when it is drawn. */
  async write(text: string, reset: boolean): Promise<void> {
    if (reset) this.#filter = new TerminalFilter();
    const output = (reset ? anew : this.#lineEnd) + this.#filter.writeText(text);
    this.#lineEnd = output.endsWith('\r\n') ? '\r\n' : '';
    const shown = output.slice(0, output.length - this.#lineEnd.length);
    await new Promise<void>((done) => this.#terminal.write(shown, done));
    this.#crop();
  }

  /** Fits the number of columns to the width, and the rows to at most this height in pixels. */
  fit(height: number): void {
    const screen = this.#host.querySelector('.xterm-screen')?.getBoundingClientRect();
    const { cols, rows } = this.#terminal;
    if (screen === undefined || screen.width === 0 || this.#host.clientWidth === 0) return;
    const columns = Math.floor((this.#host.clientWidth - scrollbarWidth) / (screen.width / cols));
    const lines = Math.floor(height / (screen.height / rows));
    this.#fitting = true;
    this.#terminal.resize(Math.max(narrowest, columns), Math.max(5, lines));
    this.#fitting = false;
    this.#top = this.#terminal.buffer.active.viewportY;
    this.#crop();
  }

  scrollToEnd(): void {
    this.#terminal.scrollToBottom();
  }

  /** Scrolls if the key is for scrolling; returns whether it is. */
  scrollBy(key: string): boolean {
    const terminal = this.#terminal;
    if (key === 'ArrowUp') terminal.scrollLines(-1);
    else if (key === 'ArrowDown') terminal.scrollLines(1);
    else if (key === 'PageUp') terminal.scrollPages(-1);
    else if (key === 'PageDown') terminal.scrollPages(1);
    else if (key === 'Home') terminal.scrollToTop();
    else if (key === 'End') terminal.scrollToBottom();
    else return false;
    return true;
  }

  focus(): void {
    this.#terminal.focus();
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  get lastSeenRow(): number {
    return this.#terminal.buffer.active.viewportY + this.#terminal.rows - 1;
  }

  /** All occurrences of `wanted`. */
  find(wanted: string): Match[] {
    const buffer = this.#terminal.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row));
    const rows = lines.map((line, row) => screenRow(line, lines[row + 1]?.isWrapped !== true));
    return findMatches(rows, this.#terminal.cols, wanted);
  }

  /** Selects a match and scrolls to it if it isn't visible; null selects nothing. */
  mark(match: Match | null): void {
    const terminal = this.#terminal;
    terminal.clearSelection();
    if (match === null) return;
    terminal.select(match.column, match.row, match.length);
    const { viewportY } = terminal.buffer.active;
    const seen = match.row >= viewportY && match.row < viewportY + terminal.rows;
    if (!seen) terminal.scrollToLine(Math.max(0, match.row - Math.floor(terminal.rows / 2)));
  }

  dispose(): void {
    this.#watch.disconnect();
    this.#terminal.dispose();
  }

  #scrolled(notify: (to: 'end' | 'up') => void): void {
    const { viewportY } = this.#terminal.buffer.active;
    const up = viewportY < this.#top;
    this.#top = viewportY;
    if (this.#fitting) return;
    if (this.atEnd) notify('end');
    else if (up) notify('up');
  }

  /** Avoids empty rows below a short log. Output that moves the cursor still has the whole screen. */
  #crop(): void {
    const buffer = this.#terminal.buffer.active;
    const { rows } = this.#terminal;
    let used = rows;
    if (buffer.baseY === 0) {
      while (used > 1 && (buffer.getLine(used - 1)?.translateToString(true) ?? '') === '') used -= 1;
    }
    const screen = this.#host.querySelector('.xterm-screen')?.getBoundingClientRect();
    if (screen !== undefined) this.#host.style.height = `${Math.ceil((screen.height / rows) * used)}px`;
  }

  #look() {
    const style = getComputedStyle(document.documentElement);
    return terminalLook((name) => style.getPropertyValue(name).trim(), document.body.classList);
  }

  /** Applies the current theme and settings of the editor. */
  #wear(): void {
    Object.assign(this.#terminal.options, this.#look());
    this.#speak();
  }

  #speak(): void {
    const { textarea, element } = this.#terminal;
    if (textarea !== undefined) textarea.ariaLabel = this.#label;
    // New output must not drop rows that are being read.
    const live = element?.querySelector('.live-region');
    if (live !== null && live !== undefined) live.ariaLive = 'polite';
  }
}

/** The cells after the last written character count as text only if the line wraps. */
function screenRow(line: IBufferLine | undefined, last: boolean): ScreenRow {
  const text = line?.translateToString(last) ?? '';
  const columns = () => {
    const starts: number[] = [];
    for (let column = 0; column < (line?.length ?? 0); column += 1) {
      const cell = line?.getCell(column);
      // The second cell of a wide character has no width and no text. An empty cell counts as a space.
      if (cell === undefined || cell.getWidth() === 0) continue;
      for (let unit = 0; unit < Math.max(1, cell.getChars().length); unit += 1) starts.push(column);
    }
    return [...starts, line?.length ?? 0];
  };
  return { wrapped: line?.isWrapped ?? false, text, columns };
}
