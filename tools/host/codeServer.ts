/** code-server: VS Code's server and web workbench from npm, for machines that VS Code can't be downloaded to. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { nodeHeaders } from './debian.ts';
import { HostError } from './hostError.ts';
import { cache } from './paths.ts';
import { isAlive, run } from './processes.ts';

export const codeServerVersion = '4.139.1';

/** An installed code-server: the Node that runs it and the server's script. */
export interface CodeServer {
  node: string;
  script: string;
}

const home = join(cache, 'code-server');
const modulesOf = (folder: string) => join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'node_modules');
const scriptOf = (folder: string) => join(modulesOf(folder), '..', 'out', 'server-main.js');

/** Native modules without which the server does not start, has no terminals or sees no file changes. */
const nativeModules = ['@vscode/spdlog', '@vscode/sqlite3', '@vscode/native-watchdog', '@parcel/watcher', 'node-pty'];

/** Written into the folder after everything was checked: what was installed, and for which Node. */
const marker = 'complete.json';
const markerText = JSON.stringify({ version: codeServerVersion, abi: process.versions.modules, arch: process.arch });

/** The code-server in the cache, or null when there is none, another version, or an incomplete one. */
export async function installedCodeServer(folder = home): Promise<CodeServer | null> {
  const manifest = join(folder, 'node_modules', 'code-server', 'package.json');
  const needed = [manifest, scriptOf(folder), ...nativeModules.map((name) => join(modulesOf(folder), name))];
  if (!needed.every((path) => existsSync(path))) return null;
  if (JSON.parse(readFileSync(manifest, 'utf8')).version !== codeServerVersion) return null;
  const markerFile = join(folder, marker);
  if (!existsSync(markerFile) || readFileSync(markerFile, 'utf8') !== markerText) {
    if ((await whatFails(folder)) !== null) return null;
    writeFileSync(markerFile, markerText);
  }
  return { node: process.execPath, script: scriptOf(folder) };
}

/** Loads every native module and asks the server for its version. Returns what went wrong, or null. */
async function whatFails(folder: string): Promise<string | null> {
  const load = nativeModules.map((name) => `require(${JSON.stringify(join(modulesOf(folder), name))});`).join('');
  const loaded = await run(process.execPath, ['-e', `${load}process.exit(0)`]);
  if (loaded.code !== 0) return loaded.output;
  const asked = await run(process.execPath, [scriptOf(folder), '--version']);
  return asked.code === 0 ? null : asked.output;
}

/**
 * Installs code-server into the cache: in a folder of its own, renamed when complete. Takes about two minutes and
 * 620 MB. Debian packages must be there already.
 */
export async function installCodeServer(log: (line: string) => void): Promise<CodeServer> {
  if (process.versions.node.split('.')[0] !== '24') {
    throw new HostError(
      `code-server needs Node 24; this is ${process.version}.`,
      'Run it by npm: npm test or npm start',
    );
  }
  if (process.platform === 'win32') {
    throw new HostError(
      'The browser-based VS Code (code-server) does not run on Windows.',
      'Use WSL, or desktop VS Code.',
    );
  }
  const began = Date.now();
  log(`Installing the browser-based VS Code (code-server ${codeServerVersion}) into .vscode-test: about 2 minutes …`);
  mkdirSync(cache, { recursive: true });
  removeLeftovers();
  const folder = join(cache, `code-server.${process.pid}.tmp`);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    // npm 11 runs install scripts only where they are allowed; argon2 is for code-server's own login page.
    JSON.stringify({
      private: true,
      dependencies: { 'code-server': codeServerVersion },
      allowScripts: { 'code-server': true, argon2: false },
    }),
  );
  const installed = await npm(['install', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  const failure = installed.code === 0 ? await whatFails(folder) : installed.output;
  if (failure !== null) {
    const logFile = join(cache, 'code-server-install.log');
    writeFileSync(logFile, `${installed.output}\n${failure}`);
    rmSync(folder, { recursive: true, force: true });
    throw new HostError(
      `code-server could not be installed:\n${failure.trim().split('\n').slice(-20).join('\n')}`,
      `All of it is in ${logFile}. Its native modules are built with a C++ compiler; see docs/troubleshooting.md.`,
    );
  }
  writeFileSync(join(folder, marker), markerText);
  rmSync(home, { recursive: true, force: true });
  renameSync(folder, home);
  log(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
  return { node: process.execPath, script: scriptOf(home) };
}

/** Half-made installations whose maker is gone. */
function removeLeftovers(): void {
  for (const name of readdirSync(cache)) {
    const pid = /^code-server\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** Runs npm under this Node, as code-server's install script demands, and without the settings of a surrounding npm. */
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
