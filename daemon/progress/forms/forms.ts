/** The usual forms of progress, the most particular first: the first one that recognises a line has it. */
import type { Form, Line, Memory, Reading } from '../reading.ts';
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

const forms: readonly Form[] = [ffmpeg, curl, wget, rsync, aria2, pytest, ctest, bar, bracket, steps, plain];

/** A percentage, `n/m` or `n of m`, or the time that curl's and ffmpeg's lines have. */
const telling = /\d[^\s%/]{0,8} ?[%/]|\d of \d|:\d\d:\d\d|:--:--/;

/** What a line says of progress, in whichever form; null for nothing. */
export function readLine(line: Line, memory: Memory): Reading | null {
  // Most lines of most logs have nothing to look at.
  if (!telling.test(line.text)) return null;
  for (const form of forms) {
    const reading = form(line, memory);
    if (reading !== null) return reading;
  }
  return null;
}
