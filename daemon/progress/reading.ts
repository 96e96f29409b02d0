/** What one line of output says of how far a job is, before it is decided whether that is its progress. */

/** `sure`: nothing else looks like it. `likely` and `weak` want to be seen growing first; see evidence.ts. */
export type Trust = 'sure' | 'likely' | 'weak';

/** A line as a person sees it: without escape sequences, at most 800 characters. */
export interface Line {
  text: string;
  /** It was drawn over another one, or drawn over itself, as bars are. */
  redrawn: boolean;
}

export interface Reading {
  /** Form and label: readings of the same bar have the same. */
  key: string;
  current: number;
  /** Above 0. */
  total: number;
  trust: Trust;
  /** What the bar is about, as far as it says. */
  label: string | null;
  /** What is being done just now, as far as it says. */
  message: string | null;
  /** Key of a bar that it tells more than, and takes the place of. */
  replaces?: string;
}

/** What forms remember of earlier lines. */
export interface Memory {
  /** Of ffmpeg's longest input, in seconds. */
  duration: number | null;
  /** Whether rsync's percentages are of all it does, or it tells how many files are left; null as long as neither is sure. */
  rsync: 'whole' | 'files' | null;
}

/** Recognises one manner of telling progress; null for a line that does not. */
export type Form = (line: Line, memory: Memory) => Reading | null;

/** How much is done, from 0 to 1. */
export function shareOf({ current, total }: Pick<Reading, 'current' | 'total'>): number {
  return current / total;
}

/** A reading in percent; null for one that is none. */
export function percentReading(percent: number, more: Omit<Reading, 'current' | 'total'>): Reading | null {
  return percent >= 0 && percent <= 100 ? { current: percent, total: 100, ...more } : null;
}

/** A reading of so many of so many; null when that can't be. */
export function countReading(current: number, total: number, more: Omit<Reading, 'current' | 'total'>): Reading | null {
  const possible = total > 0 && total <= 1e15 && current >= 0 && current <= total;
  return possible ? { current, total, ...more } : null;
}

/** `1,234`, `1_234` and `1.5` as numbers; NaN for anything else. */
export function numberOf(text: string | undefined): number {
  const plain = (text ?? '').replace(/[,_](?=\d{3}(?!\d))/g, '').replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
}
