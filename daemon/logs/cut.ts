/**
 * Removes the middle of a log while its job keeps writing. The bytes become a hole in the file, so that offsets stay
 * valid. A note is written before the hole, and `<attempt>.cut` records where it is.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { readFileSafelySync } from '../../shared/files/regularFile.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';
import { formatBytes } from '../../shared/format.ts';

/** The removed bytes: from the first to before the second offset. */
export interface LogCut {
  from: number;
  to: number;
}

export type CutReason = 'diskFull' | 'limit';

/** File systems free whole blocks. */
const block = 4096;
/** Bytes of the note. */
const noteBytes = 128;
/** It isn't worth removing less. */
const fewestBytes = 1024 * 1024;

const reasons: Record<CutReason, string> = {
  diskFull: 'the disk was full',
  limit: 'the log reached its limit',
};

/** The removed part of a log; null if it is whole. */
export function cutOf(log: string): LogCut | null {
  try {
    const { from, to } = JSON.parse(readFileSafelySync(recordOf(log), { limit: 1024, own: true })) as Partial<LogCut>;
    return Number.isSafeInteger(from) && Number.isSafeInteger(to) ? { from: Number(from), to: Number(to) } : null;
  } catch {
    return null; // Most logs have no record.
  }
}

/**
 * Keeps about `head` bytes at the beginning and `tail` bytes at the end, and removes what is between. Returns how many
 * bytes were removed now; null if there is too little to remove. Rejects if the system can't do this.
 */
export async function cutLog(
  log: string,
  { head, tail, reason }: { head: number; tail: number; reason: CutReason },
): Promise<number | null> {
  const file = openSync(log, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error(`${log} is not a file.`);
    const before = cutOf(log);
    const from = before?.from ?? Math.max(block, Math.floor(head / block) * block);
    const to = Math.floor((stats.size - tail) / block) * block;
    const removed = to - (before?.to ?? from);
    if (removed < fewestBytes) return null;
    await punchHole(file, from, to - from);
    replaceFile(recordOf(log), JSON.stringify({ from, to } satisfies LogCut));
    const text = `\n… ${formatBytes(to - from)} removed because ${reasons[reason]} …`;
    const note = Buffer.alloc(noteBytes, ' ');
    note.write(text);
    note[noteBytes - 1] = 0x0a;
    writeSync(file, note, 0, noteBytes, from - noteBytes);
    return removed;
  } finally {
    closeSync(file);
  }
}

/** The offset at which reading continues, and how many bytes can be read from there before the next hole. */
export function beyondCut(cut: LogCut | null, offset: number, size: number): { from: number; to: number } {
  if (cut === null || offset >= cut.to) return { from: offset, to: size };
  return offset < cut.from ? { from: offset, to: cut.from } : { from: Math.min(cut.to, size), to: size };
}

function recordOf(log: string): string {
  return log.replace(/\.log$/, '.cut');
}

/** Node has no fallocate(2). The program is part of util-linux; see https://man7.org/linux/man-pages/man1/fallocate.1.html */
async function punchHole(file: number, offset: number, length: number): Promise<void> {
  const args = ['--punch-hole', '--offset', String(offset), '--length', String(length), '/proc/self/fd/3'];
  const child = spawn('fallocate', args, { stdio: ['ignore', 'ignore', 'pipe', file] });
  let said = '';
  child.stderr?.on('data', (data) => {
    said += String(data);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(said.trim() || `fallocate failed with exit code ${code}.`);
}
