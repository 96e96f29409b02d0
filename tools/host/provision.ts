/** Installs what the editor tests and `npm start` need. */
import { downloadBrowser, installedBrowser } from './browser.ts';
import { type CodeServer, installedCodeServer } from './codeServer.ts';
import { installCodeServer } from './codeServerInstall.ts';
import { browserPackage, installPackages, missingBuildPackages } from './debian.ts';

export type Log = (line: string) => void;

/** Installs the browser-based VS Code into the cache if necessary. */
export async function provideCodeServer(log: Log): Promise<CodeServer> {
  const installed = await installedCodeServer();
  if (installed !== null) return installed;
  await installPackages(await missingBuildPackages(), log);
  return await installCodeServer(log);
}

/** Finds or downloads a browser. */
export async function provideBrowser(log: Log): Promise<string> {
  const fromPackage = installedBrowser() === null ? browserPackage() : null;
  if (fromPackage !== null) await installPackages([fromPackage], log);
  return installedBrowser() ?? (await downloadBrowser(log));
}

/** Provides the browser-based VS Code and a browser, for tests driven by mouse and keyboard. */
export async function provideWorkbench(log: Log): Promise<{ server: CodeServer; browser: string }> {
  const [server, browser] = [await installedCodeServer(), installedBrowser()];
  if (server !== null && browser !== null) return { server, browser };
  // Collect all errors, so that one message names everything that is missing.
  const packages = server === null ? await missingBuildPackages() : [];
  const fromPackage = browser === null ? browserPackage() : null;
  if (fromPackage !== null) packages.push(fromPackage);
  await installPackages(packages, log);
  return {
    server: server ?? (await installCodeServer(log)),
    browser: installedBrowser() ?? (await downloadBrowser(log)),
  };
}
