/** Reads progress from the output of one attempt. */
import type { OutputProgress, Progress } from '../../shared/job.ts';
import { readLine } from './formats/formats.ts';
import { Lines, type Piece } from './lines.ts';
import { LinePattern } from './pattern.ts';
import { PatternTracker } from './patternTracker.ts';
import type { Memory } from './reading.ts';
import { ProgressTracker } from './tracker.ts';

export class OutputReader {
  readonly #lines = new Lines();
  readonly #memory: Memory = { duration: null, rsync: null };
  readonly #tracker = new ProgressTracker();
  readonly #custom: { pattern: LinePattern; tracker: PatternTracker } | null;
  #gaveUp = false;

  /** Reads progress in the known formats or, if there is one, with the job's regular expression. */
  constructor(setting: Exclude<OutputProgress, false>) {
    this.#custom =
      setting === null ? null : { pattern: new LinePattern(setting.pattern), tracker: new PatternTracker() };
  }

  /** Adds the next bytes of the output. */
  feed(bytes: Uint8Array): void {
    this.#process(this.#lines.feed(bytes));
  }

  /** Call this where some output is skipped. */
  skip(): void {
    this.#lines.skip();
  }

  /** Processes the unfinished last line; while the output is `growing`, only if the line looks complete. */
  settle(growing = false): void {
    this.#process(this.#lines.settle(growing));
  }

  /** Null until the output contains progress. */
  get progress(): Progress | null {
    return this.#custom === null ? this.#tracker.progress : this.#custom.tracker.progress;
  }

  /** Whether the progress is a count, and not a percentage. */
  get isCount(): boolean {
    return (this.#custom?.tracker ?? this.#tracker).isCount;
  }

  /** The regular expression took too long and is no longer used. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  #process(pieces: readonly Piece[]): void {
    if (this.#custom !== null) this.#processByPattern(pieces);
    else for (const piece of pieces) this.#processByFormat(piece);
  }

  #processByFormat(piece: Piece): void {
    switch (piece.kind) {
      case 'line': {
        const reading = readLine(piece.line, this.#memory);
        if (reading !== null) this.#tracker.add(reading);
        break;
      }
      case 'osc':
        this.#tracker.addOsc(piece.osc);
        break;
      case 'rowLeft':
        this.#tracker.leaveRow();
        break;
      case 'up':
        this.#tracker.moveUp();
        break;
    }
  }

  #processByPattern(pieces: readonly Piece[]): void {
    if (this.#custom === null || this.#gaveUp) return;
    const lines = pieces.flatMap((piece) => (piece.kind === 'line' ? [piece.line.text] : []));
    const found = this.#custom.pattern.read(lines);
    this.#gaveUp = found === null;
    for (const groups of found ?? []) this.#custom.tracker.add(groups);
  }
}
