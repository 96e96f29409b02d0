/** The known formats of progress, the most specific first. The first one that recognizes a line is used. */
import type { FormatParser, Line, Memory, Reading } from '../reading.ts';
import { aria2 } from './aria2.ts';
import { bar } from './bar.ts';
import { bracket } from './bracket.ts';
import { ctest } from './ctest.ts';
import { curl } from './curl.ts';
import { ffmpeg } from './ffmpeg.ts';
import { plain } from './plain.ts';
import { pytest } from './pytest.ts';
import { rsync } from './rsync.ts';
import { steps } from './steps.ts';
import { wget } from './wget.ts';

const formats: readonly FormatParser[] = [ffmpeg, curl, wget, rsync, aria2, pytest, ctest, bar, bracket, steps, plain];

/** Matches a percentage, `n/m`, `n of m`, or the times in the lines of curl and ffmpeg. */
const candidate = /\d[^\s%/]{0,8} ?[%/]|\d of \d|:\d\d:\d\d|:--:--/;

/** Reads progress from a line in any known format; null if there is none. */
export function readLine(line: Line, memory: Memory): Reading | null {
  // Rejects most lines of most logs quickly.
  if (!candidate.test(line.text)) return null;
  for (const parse of formats) {
    const reading = parse(line, memory);
    if (reading !== null) return reading;
  }
  return null;
}
