/** The end of a log as plain text, for the details of an error. */
import { JobdeckError } from '../../shared/errors.ts';
import { readLog } from './reader.ts';

/** CSI, OSC and the other string sequences (up to their end or the end of the text), then two-byte escapes. */
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  /\u001b\[[0-?]*[ -/]*[@-~]?|\u001b[\]P^_X][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Text as a person sees it: no escape sequences or control characters, overwritten lines as they stood last. */
export function plainText(text: string): string {
  return text
    .replace(escapes, '')
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => asWritten(line).replace(controls, ''))
    .join('\n');
}

/** What a line shows after carriage returns: a progress bar's last state. */
function asWritten(line: string): string {
  const shown = line.replace(/\r+$/, '');
  return shown.slice(shown.lastIndexOf('\r') + 1);
}

/** The last `lines` lines of the end of a log; `cut` says that the first line may be only part of one. */
export function lastLines(end: Buffer, lines: number, cut: boolean): string {
  const text = plainText(new TextDecoder().decode(cut ? wholeCharacters(end) : end)).trimEnd();
  const all = text.split('\n');
  const whole = cut && all.length > 1 ? all.slice(1) : all;
  return whole.slice(-lines).join('\n');
}

/** Without the continuation bytes of a character that begins before the buffer. */
function wholeCharacters(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}

/** The last lines of a log, at most `bytes` of it, as plain text; null when it is empty or missing. */
export async function logTail(path: string, limits: { lines: number; bytes: number }): Promise<string | null> {
  try {
    const { offset, bytes } = await readLog(path, { offset: -limits.bytes, limit: limits.bytes });
    return lastLines(bytes, limits.lines, offset > 0) || null;
  } catch (error) {
    if (error instanceof JobdeckError) return null;
    throw error;
  }
}
