/**
 * Installs code-server from npm, without what Jobdeck doesn't need. Its own installation script compiles nine native
 * modules one after the other and takes four minutes; this takes one.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type CodeServer, codeServerVersion, findDefect, foldersIn, home, markComplete } from './codeServer.ts';
import { nodeHeaders } from './debian.ts';
import { HostError } from './hostError.ts';
import { cache } from './paths.ts';
import { isAlive, type ProcessResult, run } from './processes.ts';
import { Steps } from './steps.ts';

type Log = (line: string) => void;

/**
 * Libraries of AI agents, development containers, remote tunnels, proxies that want Kerberos, and Windows. The server
 * loads them when they are used.
 */
const unneeded = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/deviceid',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
  'ssh2',
];

/** Modules that have an installation script. The last two only compile where there is no prebuilt binary. */
const built = ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/fs-copyfile', 'node-pty', '@parcel/watcher'];

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Installs code-server into the cache, by way of a temporary folder that is renamed when complete. About 400 MB. */
export async function installCodeServer(log: Log): Promise<CodeServer> {
  if (process.versions.node.split('.')[0] !== '24') {
    throw new HostError(`code-server needs Node 24; this is ${process.version}.`, 'Use npm test or npm start');
  }
  if (process.platform === 'win32') {
    throw new HostError(
      'The browser-based VS Code (code-server) does not run on Windows.',
      'Use WSL, or desktop VS Code.',
    );
  }
  mkdirSync(cache, { recursive: true });
  removeLeftovers();
  const folder = join(cache, `code-server.${process.pid}.tmp`);
  mkdirSync(folder);
  try {
    await install(folder, log);
    markComplete(folder);
    rmSync(home, { recursive: true, force: true });
    renameSync(folder, home);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { node: process.execPath, script: foldersIn(home).script };
}

async function install(folder: string, log: Log): Promise<void> {
  const { product, vscode } = foldersIn(folder);
  const steps = new Steps(4, log);
  log(`Installing the browser-based VS Code (code-server ${codeServerVersion}) into .vscode-test, once:`);
  await steps.run('Downloading it (47 MB)', async () => {
    complete(await npm(['pack', `code-server@${codeServerVersion}`, ...quiet], folder));
  });
  await steps.run('Unpacking it (220 MB)', async () => {
    const archive = `code-server-${codeServerVersion}.tgz`;
    complete(await run('tar', ['-xzf', archive], { cwd: folder }));
    mkdirSync(dirname(product));
    renameSync(join(folder, 'package'), product);
    rmSync(join(folder, archive));
    removeUnneeded(join(vscode, 'package.json'));
    linkPrograms(vscode);
  });
  await steps.run('Downloading its libraries (about 80)', async () => {
    const args = ['install', '--omit=dev', '--ignore-scripts', ...quiet];
    const results = await Promise.all([npm(args, vscode), npm(args, join(vscode, 'extensions'))]);
    for (const result of results) complete(result);
  });
  await steps.run('Compiling three native modules', async () => {
    // None of them (a log, a watchdog and the copies of files) needs optimized code, which takes much longer to compile.
    const env = { JOBS: String(availableParallelism()), CXXFLAGS: '-O0' };
    const result = await npm(['rebuild', ...built, ...quiet], vscode, env);
    complete(result);
    const defect = await findDefect(folder);
    if (defect !== null) complete({ code: 1, signal: null, output: `${result.output}\n${defect}` });
  });
}

/** Throws a HostError if a process failed, and writes its output to a file. */
function complete({ code, output }: ProcessResult): void {
  if (code === 0) return;
  const logFile = join(cache, 'code-server-install.log');
  writeFileSync(logFile, output);
  throw new HostError(
    `Could not install code-server:\n${output.trim().split('\n').slice(-20).join('\n')}`,
    `The full log is in ${logFile}. Building native modules requires a C++ compiler; see docs/troubleshooting.md.`,
  );
}

function removeUnneeded(manifest: string): void {
  const contents = JSON.parse(readFileSync(manifest, 'utf8'));
  for (const name of unneeded) delete contents.dependencies[name];
  writeFileSync(manifest, JSON.stringify(contents, null, 2));
}

/** Names the programs for terminals as they are called, as code-server's installation script does. */
function linkPrograms(vscode: string): void {
  const system = process.platform === 'darwin' ? 'darwin' : 'linux';
  const programs = [
    [`code-${system}.sh`, join('remote-cli', 'code-server')],
    [`browser-${system}.sh`, join('helpers', 'browser.sh')],
  ] as const;
  for (const [program, name] of programs) {
    const link = join(vscode, 'bin', name);
    rmSync(link, { force: true });
    symlinkSync(program, link);
  }
}

/** Deletes incomplete installations of processes that no longer exist. */
function removeLeftovers(): void {
  for (const name of readdirSync(cache)) {
    const pid = /^code-server\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** Runs npm with this Node, for which native modules are compiled, and without the settings of an outer npm. */
function npm(args: string[], cwd: string, changes: NodeJS.ProcessEnv = {}): Promise<ProcessResult> {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^npm_(lifecycle|package|config_(user_agent|local_prefix|omit|save|fund|audit))/i.test(name))
      env[name] = value;
  }
  Object.assign(env, changes);
  env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const headers = nodeHeaders();
  if (headers !== null) env.npm_config_nodedir = headers;
  const script = process.env.npm_execpath;
  return script?.endsWith('.js')
    ? run(process.execPath, [script, ...args], { cwd, env })
    : run('npm', args, { cwd, env });
}
