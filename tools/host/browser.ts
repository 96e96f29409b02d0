/** The browser that displays the web workbench in tests. */
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

/** An installed Chromium-based browser, or null. */
export function installedBrowser(): string | null {
  const found = findProgram(...names) ?? macApps.find((path) => existsSync(path)) ?? null;
  if (found !== null) return found;
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}

/** Downloads Playwright's Chromium, if its server is reachable. */
export async function downloadBrowser(log: (line: string) => void): Promise<string> {
  const missing = 'The tests need a Chromium-based browser, but none was found.';
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
