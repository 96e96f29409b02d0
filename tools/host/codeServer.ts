/** code-server: VS Code's server and web workbench from npm, for machines that can't download VS Code. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { nodeHeaders } from './debian.ts';
import { HostError } from './hostError.ts';
import { cache } from './paths.ts';
import { isAlive, run } from './processes.ts';

const codeServerVersion = '4.139.1';

/** An installed code-server: its Node executable and server script. */
export interface CodeServer {
  node: string;
  script: string;
}

const home = join(cache, 'code-server');
const modulesOf = (folder: string) => join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'node_modules');
const scriptOf = (folder: string) => join(modulesOf(folder), '..', 'out', 'server-main.js');

/** Native modules required to start the server, run terminals and watch files. */
const nativeModules = ['@vscode/spdlog', '@vscode/sqlite3', '@vscode/native-watchdog', '@parcel/watcher', 'node-pty'];

/** Written when the installation has been verified: its version and Node version. */
const marker = 'complete.json';
const markerText = JSON.stringify({ version: codeServerVersion, abi: process.versions.modules, arch: process.arch });

/** The code-server in the cache. Null if it is missing, incomplete or of another version. */
export async function installedCodeServer(folder = home): Promise<CodeServer | null> {
  const manifest = join(folder, 'node_modules', 'code-server', 'package.json');
  const needed = [manifest, scriptOf(folder), ...nativeModules.map((name) => join(modulesOf(folder), name))];
  if (!needed.every((path) => existsSync(path))) return null;
  if (JSON.parse(readFileSync(manifest, 'utf8')).version !== codeServerVersion) return null;
  const markerFile = join(folder, marker);
  if (!existsSync(markerFile) || readFileSync(markerFile, 'utf8') !== markerText) {
    if ((await findDefect(folder)) !== null) return null;
    writeFileSync(markerFile, markerText);
  }
  return { node: process.execPath, script: scriptOf(folder) };
}

/** Loads all native modules and queries the server's version. Returns the error, or null. */
async function findDefect(folder: string): Promise<string | null> {
  const load = nativeModules.map((name) => `require(${JSON.stringify(join(modulesOf(folder), name))});`).join('');
  const loaded = await run(process.execPath, ['-e', `${load}process.exit(0)`]);
  if (loaded.code !== 0) return loaded.output;
  const result = await run(process.execPath, [scriptOf(folder), '--version']);
  return result.code === 0 ? null : result.output;
}

/**
 * Installs code-server into the cache. It is installed in a temporary folder that is renamed when complete. Takes about
 * two minutes and 620 MB. Requires the Debian packages to be installed.
 */
export async function installCodeServer(log: (line: string) => void): Promise<CodeServer> {
  if (process.versions.node.split('.')[0] !== '24') {
    throw new HostError(`code-server needs Node 24; this is ${process.version}.`, 'Use npm test or npm start');
  }
  if (process.platform === 'win32') {
    throw new HostError(
      'The browser-based VS Code (code-server) does not run on Windows.',
      'Use WSL, or desktop VS Code.',
    );
  }
  const began = Date.now();
  log(`Installing the browser-based VS Code (code-server ${codeServerVersion}) into .vscode-test (about 2 minutes) …`);
  mkdirSync(cache, { recursive: true });
  removeLeftovers();
  const folder = join(cache, `code-server.${process.pid}.tmp`);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    // npm 11 runs install scripts only for allowed packages. argon2 is needed by code-server's login page.
    JSON.stringify({
      private: true,
      dependencies: { 'code-server': codeServerVersion },
      allowScripts: { 'code-server': true, argon2: false },
    }),
  );
  const installed = await npm(['install', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  const failure = installed.code === 0 ? await findDefect(folder) : installed.output;
  if (failure !== null) {
    const logFile = join(cache, 'code-server-install.log');
    writeFileSync(logFile, `${installed.output}\n${failure}`);
    rmSync(folder, { recursive: true, force: true });
    throw new HostError(
      `Could not install code-server:\n${failure.trim().split('\n').slice(-20).join('\n')}`,
      `The full log is in ${logFile}. Building native modules requires a C++ compiler; see docs/troubleshooting.md.`,
    );
  }
  writeFileSync(join(folder, marker), markerText);
  rmSync(home, { recursive: true, force: true });
  renameSync(folder, home);
  log(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
  return { node: process.execPath, script: scriptOf(home) };
}

/** Deletes incomplete installations of processes that no longer exist. */
function removeLeftovers(): void {
  for (const name of readdirSync(cache)) {
    const pid = /^code-server\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** Runs npm with this Node, as required by code-server's install script, and without the settings of an outer npm. */
function npm(args: string[], cwd: string) {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^npm_(lifecycle|package|config_(user_agent|local_prefix|omit|save|fund|audit))/i.test(name))
      env[name] = value;
  }
  env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const headers = nodeHeaders();
  if (headers !== null) env.npm_config_nodedir = headers;
  const script = process.env.npm_execpath;
  return script?.endsWith('.js')
    ? run(process.execPath, [script, ...args], { cwd, env })
    : run('npm', args, { cwd, env });
}
