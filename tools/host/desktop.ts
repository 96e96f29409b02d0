/** Desktop VS Code from @vscode/test-electron, if it can be downloaded. */
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { findProgram, reaches } from './debian.ts';
import { cache } from './paths.ts';
import type { Log } from './provision.ts';

/** Maximum download time in minutes. The download also fails if no data arrives for 15 s. */
const downloadMinutes = 5;

/** The VS Code to test with: `stable`, or a version such as `1.101.0` (the oldest supported one). */
const wanted = process.env.VSCODE_VERSION ?? 'stable';

/**
 * Downloads desktop VS Code into the cache, unless it is there, and returns its executable. If this machine can't
 * download or display it, logs why and returns null.
 */
export async function provideDesktop(log: Log): Promise<string | null> {
  if (!(await reaches('https://update.code.visualstudio.com/api/releases/stable'))) {
    log('Desktop VS Code: the download server is not reachable.');
    return null;
  }
  if (process.platform === 'linux' && !process.env.DISPLAY && findProgram('xvfb-run') === null) {
    log('Desktop VS Code: no display and no xvfb-run available.');
    return null;
  }
  log(`Desktop VS Code: downloading ${wanted} unless it is already in .vscode-test …`);
  const limit = AbortSignal.timeout(downloadMinutes * 60_000);
  const tooLong = new Promise<never>((_, fail) => {
    limit.addEventListener('abort', () => fail(new Error(`timed out after ${downloadMinutes} minutes`)));
  });
  try {
    const download = downloadAndUnzipVSCode({ version: wanted, cachePath: cache, reporter: new SilentReporter() });
    return await Promise.race([download, tooLong]);
  } catch (error) {
    log(`Could not download desktop VS Code: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
