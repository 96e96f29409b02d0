/** The output of a job on a terminal: only visible text and colors, and no trace of them afterwards. */
import { TerminalFilter } from '../../shared/terminal/terminalFilter.ts';
import { type Sink, written } from './sink.ts';

/** Resets colors, shows the cursor. */
const reset = '\u001b[0m\u001b[?25h';

export class LogTerminal {
  readonly #sink: Sink;
  /** A sequence may be split across chunks. */
  #filter = new TerminalFilter();
  /** Whether the output had an escape sequence since the last reset. */
  #styled = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const text = this.#filter.write(bytes);
    this.#styled ||= bytes.includes(0x1b) || text.includes('\u001b');
    await written(this.#sink, text);
  }

  /** Resets the terminal before other text. */
  settle(): void {
    if (this.#styled) this.#sink.write(reset);
    this.#styled = false;
  }

  /** Ends the output, even in the middle of a sequence. Further output starts anew. */
  end(): void {
    const rest = this.#filter.end();
    if (rest !== '') this.#sink.write(rest);
    this.#filter = new TerminalFilter();
    this.settle();
  }
}
