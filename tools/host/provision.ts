/** Provides what the editor tests and `npm start` run in, whatever the machine has to begin with. */
import { downloadBrowser, installedBrowser } from './browser.ts';
import { type CodeServer, installCodeServer, installedCodeServer } from './codeServer.ts';
import { browserPackage, installPackages, missingBuildPackages } from './debian.ts';

export type Log = (line: string) => void;

/** The browser-based VS Code, installed into the cache when it is not there yet. */
export async function provideCodeServer(log: Log): Promise<CodeServer> {
  const installed = await installedCodeServer();
  if (installed !== null) return installed;
  await installPackages(await missingBuildPackages(), log);
  return await installCodeServer(log);
}

/** A browser alone. */
export async function provideBrowser(log: Log): Promise<string> {
  const fromPackage = installedBrowser() === null ? browserPackage() : null;
  if (fromPackage !== null) await installPackages([fromPackage], log);
  return installedBrowser() ?? (await downloadBrowser(log));
}

/** The browser-based VS Code with a browser to show it: what tests by click and key need. */
export async function provideWorkbench(log: Log): Promise<{ server: CodeServer; browser: string }> {
  const [server, browser] = [await installedCodeServer(), installedBrowser()];
  if (server !== null && browser !== null) return { server, browser };
  // All of them together, so that one error names everything that is missing.
  const packages = server === null ? await missingBuildPackages() : [];
  const fromPackage = browser === null ? browserPackage() : null;
  if (fromPackage !== null) packages.push(fromPackage);
  await installPackages(packages, log);
  return {
    server: server ?? (await installCodeServer(log)),
    browser: installedBrowser() ?? (await downloadBrowser(log)),
  };
}
