/** Numbers in a line of output that may be progress. Whether they are is decided later. */

/** `sure`: unmistakable. `likely` and `weak` readings have to grow first; see evidence.ts. */
export type Trust = 'sure' | 'likely' | 'weak';

/** A line as a person sees it, without escape sequences and with at most about 800 characters. */
export interface Line {
  text: string;
  /** The line overwrites another one or is overwritten, as progress bars are. */
  redrawn: boolean;
}

export interface Reading {
  /** Identifies the progress bar, by format and label. */
  key: string;
  current: number;
  /** Greater than 0. */
  total: number;
  trust: Trust;
  /** The name of the bar, if it has one. */
  label: string | null;
  /** The current activity, if the line names it. */
  message: string | null;
  /** Key of a less informative bar that this one replaces. */
  replaces?: string;
  /** A total of 100 is a number of things, not of percent. */
  counted?: true;
  /** It is one of several, whose number is not known. */
  isPart?: true;
  /** The count that this bar is a part of, if the same line has both, as in `Epoch 3/40: 7/60`. */
  within?: Reading;
}

/** What the formats remember from earlier lines. */
export interface Memory {
  /** Duration of ffmpeg's longest input in seconds. */
  duration: number | null;
  /** Whether rsync's percentages are of the `whole` transfer, or it counts remaining `files`; null while that is unclear. */
  rsync: 'whole' | 'files' | null;
}

/** Recognizes one format of progress. Null if the line does not have it. */
export type FormatParser = (line: Line, memory: Memory) => Reading | null;

/** The completed share, from 0 to 1. */
export function shareOf({ current, total }: Pick<Reading, 'current' | 'total'>): number {
  return current / total;
}

/** Makes a reading from a percentage; null if it is out of range. */
export function percentReading(percent: number, more: Omit<Reading, 'current' | 'total'>): Reading | null {
  return percent >= 0 && percent <= 100 ? { current: percent, total: 100, ...more } : null;
}

/** Makes a reading from a count and a total; null if they are out of range. */
export function countReading(current: number, total: number, more: Omit<Reading, 'current' | 'total'>): Reading | null {
  const possible = total > 0 && total <= 1e15 && current >= 0 && current <= total;
  return possible ? { current, total, ...more } : null;
}

/** Parses numbers such as `1,234`, `1_234` and `1.5`; NaN for anything else. */
export function numberOf(text: string | undefined): number {
  const plain = (text ?? '').replace(/[,_](?=\d{3}(?!\d))/g, '').replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
}
