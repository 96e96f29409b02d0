/** The progress in the output of one attempt: bytes in, progress out. */
import type { OutputProgress, Progress } from '../../shared/job.ts';
import { readLine } from './forms/forms.ts';
import { Lines, type Piece } from './lines.ts';
import { LinePattern } from './pattern.ts';
import { PatternTracker } from './patternTracker.ts';
import type { Memory } from './reading.ts';
import { ProgressTracker } from './tracker.ts';

export class OutputReader {
  readonly #lines = new Lines();
  readonly #memory: Memory = { duration: null, rsync: null };
  readonly #usual = new ProgressTracker();
  readonly #own: { pattern: LinePattern; tracker: PatternTracker } | null;
  #gaveUp = false;

  /** By the usual forms, or by an expression that was checked. */
  constructor(how: Exclude<OutputProgress, false>) {
    this.#own = how === null ? null : { pattern: new LinePattern(how.pattern), tracker: new PatternTracker() };
  }

  /** The next bytes of the output. */
  feed(bytes: Uint8Array): void {
    this.#take(this.#lines.feed(bytes));
  }

  /** Some output was passed over here. */
  skip(): void {
    this.#lines.skip();
  }

  /** The last line counts as it stands; while the output goes on (`growing`) only when it looks complete. */
  settle(growing = false): void {
    this.#take(this.#lines.settle(growing));
  }

  /** Null as long as the output says none. */
  get progress(): Progress | null {
    return this.#own === null ? this.#usual.progress : this.#own.tracker.progress;
  }

  /** The expression took too long, and is not used any more. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  #take(pieces: readonly Piece[]): void {
    if (this.#own !== null) this.#takeByPattern(pieces);
    else for (const piece of pieces) this.#takeByForms(piece);
  }

  #takeByForms(piece: Piece): void {
    switch (piece.kind) {
      case 'line': {
        const reading = readLine(piece.line, this.#memory);
        if (reading !== null) this.#usual.take(reading);
        break;
      }
      case 'osc':
        this.#usual.takeOsc(piece.osc);
        break;
      case 'left':
        this.#usual.leave();
        break;
      case 'up':
        this.#usual.goUp();
        break;
    }
  }

  #takeByPattern(pieces: readonly Piece[]): void {
    if (this.#own === null || this.#gaveUp) return;
    const lines = pieces.flatMap((piece) => (piece.kind === 'line' ? [piece.line.text] : []));
    const found = this.#own.pattern.read(lines);
    this.#gaveUp = found === null;
    for (const groups of found ?? []) this.#own.tracker.take(groups);
  }
}
