/** Writes small screenshots and animations with ffmpeg, using a color palette. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram } from '../../tools/host/debian.ts';
import { HostError } from '../../tools/host/hostError.ts';
import { run } from '../../tools/host/processes.ts';

/** A frame of an animation and its duration in milliseconds. */
export interface Frame {
  readonly png: Buffer;
  readonly ms: number;
}

/** Palette sizes to try, from best quality to smallest. */
const colors = [256, 128, 64, 32];

/**
 * Writes a screenshot as a PNG of at most `limit` bytes with as many colors as fit. Throws a HostError if 32 don’t fit.
 */
export async function writePicture(png: Buffer, path: string, limit: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await inFolder(async (folder) => {
    const source = join(folder, 'source.png');
    writeFileSync(source, png);
    for (const count of colors) {
      const palette = `split[a][b];[a]palettegen=max_colors=${count}:reserve_transparent=0[p];[b][p]paletteuse=dither=none`;
      await ffmpeg('-i', source, '-vf', palette, '-compression_level', '100', '-pred', 'mixed', path);
      if (statSync(path).size <= limit) return;
    }
    throw new HostError(`${path} is larger than ${limit} bytes.`, 'Choose a smaller part of the window.');
  });
}

/** Writes frames as an endlessly looping GIF of at most `limit` bytes. Throws a HostError if it is too large. */
export async function writeAnimation(frames: readonly Frame[], path: string, limit: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await inFolder(async (folder) => {
    const list = frames.map(({ png, ms }, n) => {
      writeFileSync(join(folder, `${n}.png`), png);
      return `file '${n}.png'\nduration ${ms / 1000}`;
    });
    // The last frame is repeated, because its duration only counts if another frame follows.
    writeFileSync(join(folder, 'list.txt'), `${list.join('\n')}\nfile '${frames.length - 1}.png'\n`);
    for (const count of colors) {
      const palette = `split[a][b];[a]palettegen=max_colors=${count}:reserve_transparent=1:stats_mode=full[p];[b][p]paletteuse=dither=none:diff_mode=rectangle`;
      const input = ['-f', 'concat', '-safe', '0', '-i', join(folder, 'list.txt')];
      await ffmpeg(...input, '-vf', palette, '-fps_mode', 'passthrough', '-loop', '0', path);
      if (statSync(path).size <= limit) return;
    }
    throw new HostError(`${path} is larger than ${limit} bytes.`, 'Use fewer frames or a smaller window.');
  });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-encode-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ffmpeg(...args: string[]): Promise<void> {
  const program = findProgram('ffmpeg');
  if (program === null) throw new HostError('ffmpeg is required to compress the pictures.', 'Install ffmpeg.');
  const done = await run(program, ['-hide_banner', '-loglevel', 'error', '-y', ...args]);
  if (done.code !== 0) throw new HostError(`ffmpeg failed:\n${done.output.trim()}`);
}
