/** Screenshots as small files: by ffmpeg, with a palette instead of full colours. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram } from '../../tools/host/debian.ts';
import { HostError } from '../../tools/host/hostError.ts';
import { run } from '../../tools/host/processes.ts';

/** A picture of an animation, and how many milliseconds it is seen. */
export interface Frame {
  readonly png: Buffer;
  readonly ms: number;
}

/** Colours of a picture, beginning with those that look best. */
const colors = [256, 128, 64, 32];

/** Writes a screenshot as a PNG of at most `limit` bytes, with as many colours as fit. Throws a HostError when 32 do not. */
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
    throw new HostError(`${path} has more than ${limit} bytes.`, 'Choose a smaller part of the window.');
  });
}

/** Writes frames as an animated GIF that goes on for ever, at most `limit` bytes. */
export async function writeAnimation(frames: readonly Frame[], path: string, limit: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await inFolder(async (folder) => {
    const list = frames.map(({ png, ms }, n) => {
      writeFileSync(join(folder, `${n}.png`), png);
      return `file '${n}.png'\nduration ${ms / 1000}`;
    });
    // The last is named twice: its duration counts only where another follows.
    writeFileSync(join(folder, 'list.txt'), `${list.join('\n')}\nfile '${frames.length - 1}.png'\n`);
    for (const count of colors) {
      const palette = `split[a][b];[a]palettegen=max_colors=${count}:reserve_transparent=1:stats_mode=full[p];[b][p]paletteuse=dither=none:diff_mode=rectangle`;
      const input = ['-f', 'concat', '-safe', '0', '-i', join(folder, 'list.txt')];
      await ffmpeg(...input, '-vf', palette, '-fps_mode', 'passthrough', '-loop', '0', path);
      if (statSync(path).size <= limit) return;
    }
    throw new HostError(`${path} has more than ${limit} bytes.`, 'Take fewer frames, or a smaller window.');
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
  if (program === null) throw new HostError('ffmpeg is missing, which makes the pictures small.', 'Install ffmpeg.');
  const done = await run(program, ['-hide_banner', '-loglevel', 'error', '-y', ...args]);
  if (done.code !== 0) throw new HostError(`ffmpeg failed:\n${done.output.trim()}`);
}
