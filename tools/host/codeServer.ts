/** code-server: VS Code's server and web workbench from npm, for machines that can't download VS Code. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.ts';
import { run } from './processes.ts';

export const codeServerVersion = '4.139.1';

/** An installed code-server: its Node executable and server script. */
export interface CodeServer {
  node: string;
  script: string;
}

/** Where it is installed. */
export const home = join(cache, 'code-server');

/** The folders of an installation, and the script of the server in it. */
export function foldersIn(folder: string): { product: string; vscode: string; modules: string; script: string } {
  const product = join(folder, 'node_modules', 'code-server');
  const vscode = join(product, 'lib', 'vscode');
  return { product, vscode, modules: join(vscode, 'node_modules'), script: join(vscode, 'out', 'server-main.js') };
}

/** Native modules required to start the server, run terminals, watch files and use git. */
const nativeModules = [
  '@vscode/spdlog',
  '@vscode/native-watchdog',
  '@vscode/fs-copyfile',
  '@parcel/watcher',
  'node-pty',
];

/** Written when the installation has been verified: its version and Node version. */
const marker = 'complete.json';
const markerText = JSON.stringify({ version: codeServerVersion, abi: process.versions.modules, arch: process.arch });

export function markComplete(folder: string): void {
  writeFileSync(join(folder, marker), markerText);
}

/** The code-server in the cache. Null if it is missing, incomplete or of another version. */
export async function installedCodeServer(folder = home): Promise<CodeServer | null> {
  const { product, modules, script } = foldersIn(folder);
  const manifest = join(product, 'package.json');
  const needed = [manifest, script, ...nativeModules.map((name) => join(modules, name))];
  if (!needed.every((path) => existsSync(path))) return null;
  if (JSON.parse(readFileSync(manifest, 'utf8')).version !== codeServerVersion) return null;
  const markerFile = join(folder, marker);
  if (!existsSync(markerFile) || readFileSync(markerFile, 'utf8') !== markerText) {
    if ((await findDefect(folder)) !== null) return null;
    markComplete(folder);
  }
  return { node: process.execPath, script };
}

/** Loads all native modules and queries the server's version. Returns the error, or null. */
export async function findDefect(folder: string): Promise<string | null> {
  const { modules, script } = foldersIn(folder);
  const load = nativeModules.map((name) => `require(${JSON.stringify(join(modules, name))});`).join('');
  const loaded = await run(process.execPath, ['-e', `${load}process.exit(0)`]);
  if (loaded.code !== 0) return loaded.output;
  const result = await run(process.execPath, [script, '--version']);
  return result.code === 0 ? null : result.output;
}
