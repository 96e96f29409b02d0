/** The browser that shows the web workbench to tests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findProgram } from './debian.ts';
import { HostError } from './hostError.ts';
import { root } from './paths.ts';
import { run } from './processes.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const macApps = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
);

/** A browser of the Chromium family on this machine, or null. */
export function installedBrowser(): string | null {
  const found = findProgram(...names) ?? macApps.find((path) => existsSync(path)) ?? null;
  if (found !== null) return found;
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}

/** Downloads Playwright's own Chromium, where its server can be reached. */
export async function downloadBrowser(log: (line: string) => void): Promise<string> {
  const missing = 'No browser of the Chromium family was found, which the tests show the editor in.';
  const hint = 'Install Chromium or Google Chrome and try again.';
  log('Downloading Chromium …');
  const libraries = process.getuid?.() === 0 ? ['--with-deps'] : [];
  const script = join(root, 'node_modules/playwright-core/cli.js');
  const done = await run(process.execPath, [script, 'install', ...libraries, 'chromium'], {
    env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' },
  });
  if (done.code !== 0) throw new HostError(`${missing} Downloading one failed:\n${done.output.trim()}`, hint);
  return chromium.executablePath();
}
