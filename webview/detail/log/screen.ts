/**
 * The screen of the log: a read-only terminal inside a scroller of the page. The terminal has as many columns as the
 * longest line needs, and draws only the visible rows; the scroller is as high and as wide as the whole log.
 */
import { type IBufferLine, Terminal } from '@xterm/xterm';
import { isErrorLine } from '../../../shared/errorLine.ts';
import { TerminalFilter } from '../../../shared/terminal/terminalFilter.ts';
import { withConstructedSheets } from './constructedSheets.ts';
import { LogicalLines } from './lines.ts';
import { findMatches, type Match, type ScreenRow } from './matches.ts';
import { terminalLook } from './theme.ts';

/** Maximum number of rows of scrollback, and of cells in them, because each cell takes 12 bytes. */
const mostRows = 5_000;
const mostCells = 4_000_000;
const narrowest = 20;
/** Longer lines wrap even if lines don't, so that a line of a megabyte doesn't slow down everything else. */
const widest = 2_000;
/** Columns are added in steps, because changing their number touches all rows. */
const step = 20;
/** Cells that an arrow key scrolls sideways. */
const sideways = 8;

/** `\x1bc` resets a terminal in any state. The cursor is hidden, because it would suggest that one can type. */
const anew = '\u001bc\u001b[?25l';

export class LogScreen {
  readonly #scroller: HTMLElement;
  /** As large as the whole log, so that the scroller has something to scroll. */
  readonly #extent = document.createElement('div');
  /** Stays in view while the scroller scrolls down. */
  readonly #view = document.createElement('div');
  readonly #terminal: Terminal;
  readonly #watch: MutationObserver;
  #filter = new TerminalFilter();
  #lines = new LogicalLines();
  /** Length of the longest line in cells, up to the limit. */
  #longest = 0;
  #wraps = false;
  /** The last line feed, held back until more output follows, so that there is no empty row below. */
  #lineEnd = '';
  #label = '';
  /** Whether a resize is in progress, which also scrolls. */
  #fitting = false;

  /**
   * Draws into `scroller`, which must be visible on the page. `scrolled` is called when the reader scrolls `up`, or back
   * to the `end`.
   */
  constructor(scroller: HTMLElement, scrolled: (to: 'end' | 'up') => void) {
    this.#scroller = scroller;
    this.#extent.className = 'log-extent';
    this.#view.className = 'log-view';
    this.#extent.append(this.#view);
    scroller.append(this.#extent);
    this.#terminal = new Terminal({
      ...this.#look(),
      scrollback: mostRows,
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
    withConstructedSheets(() => this.#terminal.open(this.#view));
    // The page handles all keys, because a log accepts no input. The scroller handles the wheel.
    this.#terminal.attachCustomKeyEventHandler(() => false);
    this.#view.addEventListener('wheel', (event) => event.stopPropagation(), { capture: true });
    this.#terminal.write(anew);
    this.#terminal.onScroll(() => this.#sync());
    scroller.addEventListener('scroll', () => this.#scrolled(scrolled));
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

  /** Whether long lines wrap at the width of the page. */
  set wraps(wraps: boolean) {
    if (this.#wraps === wraps) return;
    this.#wraps = wraps;
    this.fit();
  }

  /** Whether rows have been dropped from the scrollback. */
  get overflown(): boolean {
    return this.#terminal.buffer.active.baseY >= (this.#terminal.options.scrollback ?? mostRows);
  }

  get atEnd(): boolean {
    const { viewportY, baseY } = this.#terminal.buffer.active;
    return viewportY >= baseY;
  }

  /** Appends output, or replaces everything. Resolves when it is drawn. */
  async write(text: string, reset: boolean): Promise<void> {
    if (reset) {
      this.#filter = new TerminalFilter();
      this.#lines = new LogicalLines();
      this.#longest = 0;
    }
    const filtered = this.#filter.writeText(text);
    const longest = this.#lines.widest(filtered, widest);
    if (longest > this.#longest || reset) {
      this.#longest = Math.max(longest, this.#longest);
      this.fit();
    }
    const output = (reset ? anew : this.#lineEnd) + this.#lines.rewrite(filtered, this.#terminal.cols);
    this.#lineEnd = output.endsWith('\r\n') ? '\r\n' : '';
    const shown = output.slice(0, output.length - this.#lineEnd.length);
    await new Promise<void>((done) => this.#terminal.write(shown, done));
    this.#sync();
  }

  /** Fits rows and columns to the scroller. */
  fit(): void {
    const { clientWidth, clientHeight } = this.#scroller;
    const cell = this.#cell();
    if (cell === null || clientWidth === 0) return;
    const visible = Math.max(narrowest, Math.floor(clientWidth / cell.width));
    const needed = this.#wraps ? 0 : Math.ceil(this.#longest / step) * step;
    const columns = Math.max(visible, this.#longest <= visible ? 0 : needed);
    const atEnd = this.atEnd;
    this.#fitting = true;
    this.#terminal.options.scrollback = Math.min(mostRows, Math.floor(mostCells / columns));
    this.#terminal.resize(columns, Math.max(3, Math.floor(clientHeight / cell.height)));
    if (atEnd) this.#terminal.scrollToBottom();
    this.#fitting = false;
    this.#sync();
  }

  scrollToEnd(): void {
    this.#terminal.scrollToBottom();
    this.#sync();
  }

  /** Scrolls if the key is for scrolling; returns whether it is. */
  scrollBy(key: string): boolean {
    const scroller = this.#scroller;
    const { width = 0, height = 0 } = this.#cell() ?? {};
    const page = height * Math.max(1, this.#terminal.rows - 1);
    if (key === 'ArrowUp') scroller.scrollTop -= height;
    else if (key === 'ArrowDown') scroller.scrollTop += height;
    else if (key === 'ArrowLeft') scroller.scrollLeft -= sideways * width;
    else if (key === 'ArrowRight') scroller.scrollLeft += sideways * width;
    else if (key === 'PageUp') scroller.scrollTop -= page;
    else if (key === 'PageDown') scroller.scrollTop += page;
    else if (key === 'Home') scroller.scrollTo(0, 0);
    else if (key === 'End') scroller.scrollTo(0, scroller.scrollHeight);
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
    return findMatches(this.#rows(), this.#terminal.cols, wanted);
  }

  /** Selects a match and scrolls to it if it isn't visible; null selects nothing. */
  mark(match: Match | null): void {
    const terminal = this.#terminal;
    terminal.clearSelection();
    if (match === null) return;
    terminal.select(match.column, match.row, match.length);
    this.#show(match.row);
    const { scrollLeft, clientWidth } = this.#scroller;
    const { width = 0 } = this.#cell() ?? {};
    const [from, to] = [match.column * width, (match.column + match.length) * width];
    if (from < scrollLeft || to > scrollLeft + clientWidth)
      this.#scroller.scrollLeft = to <= clientWidth ? 0 : from - clientWidth / 3;
  }

  /** The number, from 1, of the line at a height on the page. Null if there is none, or if earlier lines were dropped. */
  lineAt(clientY: number): number | null {
    const { viewportY, baseY, cursorY } = this.#terminal.buffer.active;
    const cell = this.#cell();
    if (cell === null || this.overflown) return null;
    const row = viewportY + Math.floor((clientY - this.#view.getBoundingClientRect().top) / cell.height);
    if (row < viewportY || row > baseY + cursorY) return null;
    const rows = this.#rows().slice(0, row + 1);
    return rows.filter(({ wrapped }) => !wrapped).length;
  }

  /** Rows that begin a line with an error, from top to bottom. */
  errorRows(): number[] {
    const rows = this.#rows();
    return rows.flatMap(({ wrapped, text }, row) => (!wrapped && isErrorLine(text.trimEnd()) ? [row] : []));
  }

  /** Selects a row up to the end of its text, and scrolls to it. */
  goTo(row: number): void {
    const length = this.#terminal.buffer.active.getLine(row)?.translateToString(true).length ?? 0;
    this.mark({ row, column: 0, length: Math.max(1, length) });
  }

  /** Scrolls to a row if it isn't visible. */
  #show(row: number): void {
    const { viewportY } = this.#terminal.buffer.active;
    const { rows } = this.#terminal;
    if (row >= viewportY && row < viewportY + rows) return;
    this.#terminal.scrollToLine(Math.max(0, row - Math.floor(rows / 3)));
    this.#sync();
  }

  /** Opens the log at a row: it is visible, and nothing is selected. */
  openAt(row: number): void {
    this.#show(row);
  }

  dispose(): void {
    this.#watch.disconnect();
    this.#terminal.dispose();
  }

  #rows(): ScreenRow[] {
    const buffer = this.#terminal.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row));
    return lines.map((line, row) => screenRow(line, lines[row + 1]?.isWrapped !== true));
  }

  /** The size of a cell in pixels; null while the screen isn't laid out. */
  #cell(): { width: number; height: number } | null {
    const screen = this.#view.querySelector('.xterm-screen')?.getBoundingClientRect();
    if (screen === undefined || screen.width === 0 || screen.height === 0) return null;
    return { width: screen.width / this.#terminal.cols, height: screen.height / this.#terminal.rows };
  }

  /** The scroller was scrolled: by the reader, or by `#sync`, after which both agree. */
  #scrolled(notify: (to: 'end' | 'up') => void): void {
    const cell = this.#cell();
    if (cell === null || this.#fitting) return;
    const { viewportY, baseY } = this.#terminal.buffer.active;
    const row = Math.min(baseY, Math.round(this.#scroller.scrollTop / cell.height));
    if (row === viewportY) return;
    this.#terminal.scrollToLine(row);
    if (row >= baseY) notify('end');
    else if (row < viewportY) notify('up');
  }

  /** Makes the scroller as large as the log, and scrolls it to where the terminal is. */
  #sync(): void {
    const cell = this.#cell();
    if (cell === null || this.#fitting) return;
    const { viewportY, baseY } = this.#terminal.buffer.active;
    const { clientHeight, clientWidth } = this.#scroller;
    const width = Math.ceil(this.#terminal.cols * cell.width);
    this.#extent.style.height = baseY === 0 ? '100%' : `${baseY * cell.height + clientHeight}px`;
    this.#extent.style.width = width > clientWidth ? `${width}px` : '100%';
    this.#view.style.height = `${clientHeight}px`;
    if (Math.min(baseY, Math.round(this.#scroller.scrollTop / cell.height)) !== viewportY)
      this.#scroller.scrollTop = viewportY * cell.height;
  }

  #look() {
    const style = getComputedStyle(document.documentElement);
    return terminalLook((name) => style.getPropertyValue(name).trim(), document.body.classList);
  }

  /** Applies the current theme and settings of the editor. */
  #wear(): void {
    Object.assign(this.#terminal.options, this.#look());
    this.#speak();
    this.fit();
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
