/** Reads the end of a log as plain text, for the details of an error. */
import { JobdeckError } from '../../shared/errors.ts';
import { plainText } from '../../shared/terminal/plainText.ts';
import { readLog } from './reader.ts';

/** The last `lines` lines of a buffer; `cut` means that its first line may be incomplete. */
export function lastLines(end: Buffer, lines: number, cut: boolean): string {
  const text = plainText(new TextDecoder().decode(cut ? wholeCharacters(end) : end)).trimEnd();
  const all = text.split('\n');
  const whole = cut && all.length > 1 ? all.slice(1) : all;
  return whole.slice(-lines).join('\n');
}

/** Drops the continuation bytes of a character that begins before the buffer. */
function wholeCharacters(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}

/** The last lines of a log, at most `bytes` of it, as plain text; null if it is empty or missing. */
export async function logTail(path: string, limits: { lines: number; bytes: number }): Promise<string | null> {
  try {
    const { offset, bytes } = await readLog(path, { offset: -limits.bytes, limit: limits.bytes });
    return lastLines(bytes, limits.lines, offset > 0) || null;
  } catch (error) {
    if (error instanceof JobdeckError) return null;
    throw error;
  }
}
