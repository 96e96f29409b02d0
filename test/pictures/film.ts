/** Records a window as a series of screenshots. */
import type { Page } from 'playwright-core';
import type { Frame } from './encode.ts';

/** Maximum duration of a frame in milliseconds. */
const longest = 1_500;
/** Duration of the last frame in milliseconds. */
const last = 3_000;

export class Film {
  private readonly page: Page;
  private readonly shots: { png: Buffer; at: number }[] = [];
  private rolling = true;
  private readonly ended: Promise<void>;

  /** Starts recording: a screenshot every `interval` milliseconds, or as fast as possible. */
  constructor(page: Page, interval: number) {
    this.page = page;
    this.ended = this.roll(interval);
    // If a step fails, its error is the one to show, not that of the screenshot after the window was closed.
    this.ended.catch(() => {});
  }

  /** Stops recording and returns the frames with their durations. */
  async end(): Promise<Frame[]> {
    this.rolling = false;
    await this.ended;
    return this.shots.map(({ png, at }, n) => {
      const next = this.shots[n + 1];
      return { png, ms: next === undefined ? last : Math.min(longest, next.at - at) };
    });
  }

  private async roll(interval: number): Promise<void> {
    while (this.rolling) {
      const at = Date.now();
      const png = await this.page.screenshot();
      if (this.shots.at(-1)?.png.equals(png) !== true) this.shots.push({ png, at });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, at + interval - Date.now())));
    }
  }
}
