/** Desktop VS Code by @vscode/test-electron, where it can be downloaded. */
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { findProgram, reaches } from './debian.ts';
import { cache } from './paths.ts';
import type { Log } from './provision.ts';

/** Minutes the download may take altogether; it is given up earlier when no data arrives for 15 s. */
const downloadMinutes = 5;

/** Which VS Code to test in: `stable`, or a version such as `1.101.0` (the oldest that Jobdeck supports). */
const wanted = process.env.VSCODE_VERSION ?? 'stable';

/**
 * Downloads desktop VS Code into the cache (nothing when it is there already) and returns its executable; null when
 * this machine can't have or show it, after saying why.
 */
export async function provideDesktop(log: Log): Promise<string | null> {
  if (!(await reaches('https://update.code.visualstudio.com/api/releases/stable'))) {
    log('Desktop VS Code: its download server can not be reached from here.');
    return null;
  }
  if (process.platform === 'linux' && !process.env.DISPLAY && findProgram('xvfb-run') === null) {
    log('Desktop VS Code: there is no display here, and no xvfb-run to make one.');
    return null;
  }
  log(`Desktop VS Code: downloading ${wanted} unless it is in .vscode-test already …`);
  const limit = AbortSignal.timeout(downloadMinutes * 60_000);
  const tooLong = new Promise<never>((_, fail) => {
    limit.addEventListener('abort', () => fail(new Error(`not complete after ${downloadMinutes} minutes`)));
  });
  try {
    const download = downloadAndUnzipVSCode({ version: wanted, cachePath: cache, reporter: new SilentReporter() });
    return await Promise.race([download, tooLong]);
  } catch (error) {
    log(`Desktop VS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
