/** A server process of the browser-based VS Code, which is stopped together with its child processes. */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeServer } from './codeServer.ts';
import { writeLanguagePack } from './displayLanguage.ts';
import { HostError } from './hostError.ts';
import { atExit, endGroup, run, signalGroup } from './processes.ts';

export interface ServerOptions {
  /** Contains settings, state and the server's log. Reused if it exists. */
  dataDir: string;
  extensionsDir: string;
  /** A port, a range such as `7100-7199`, or 0 for any free port. */
  port?: string;
  /** Without a token, anyone on this machine can use the editor. Only for short-lived tests. */
  token?: string;
  /** Opened if the address names no folder. */
  folder?: string;
  /** Allows the page's address to load an extension under development and its tests. */
  forTests?: boolean;
  /** The display language, such as `de`; English by default. */
  language?: string;
  /** Initial user settings. Existing settings are kept. */
  settings: Record<string, unknown>;
  /** The complete environment, inherited by the extension host. */
  env: NodeJS.ProcessEnv;
}

/** Settings that turn off unrelated parts of the workbench. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
};

/** This process's environment without variables from npm, Node's debugger or an outer VS Code. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(npm_|VSCODE_|ELECTRON_|JOBDECK_|NODE_OPTIONS$|INIT_CWD$|CODE_SERVER)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

export class EditorServer {
  /** `127.0.0.1:<port>`, which is also the authority of `vscode-remote:` addresses. */
  readonly authority: string;
  private readonly end: () => Promise<void>;

  private constructor(port: string, end: () => Promise<void>) {
    this.authority = `127.0.0.1:${port}`;
    this.end = end;
  }

  /** Starts a server and waits until it listens. */
  static async start(codeServer: CodeServer, options: ServerOptions): Promise<EditorServer> {
    mkdirSync(join(options.dataDir, 'User'), { recursive: true });
    const settingsFile = join(options.dataDir, 'User', 'settings.json');
    if (!existsSync(settingsFile)) writeFileSync(settingsFile, `${JSON.stringify(options.settings, null, 2)}\n`);
    if (options.language !== undefined) writeLanguagePack(options.dataDir, options.language);
    const logFile = join(options.dataDir, 'server.log');
    const log = createWriteStream(logFile);
    const child = spawn(codeServer.node, [codeServer.script, ...serverArguments(options)], {
      cwd: options.dataDir,
      env: options.env,
      detached: true, // In a new process group, so that extension hosts and file watchers can be stopped with it.
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const forget = atExit(() => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'));
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const end = async () => {
      await endGroup(child);
      forget();
      log.end();
    };
    try {
      const port = await new Promise<string>((settle, fail) => {
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => {
          text = text.slice(-4_000) + chunk.toString();
          const port = /Extension host agent listening on (\d+)/.exec(text)?.[1];
          if (port !== undefined) settle(port);
        });
        child.once('error', fail);
        child.once('exit', (code, signal) => fail(new Error(`it exited with ${code ?? signal}`)));
      });
      return new EditorServer(port, end);
    } catch (error) {
      await end();
      const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
      throw new HostError(`VS Code's server did not start: ${error instanceof Error ? error.message : error}\n${tail}`);
    }
  }

  /** Stops the server and its child processes, except those in other process groups such as Jobdeck's daemon. */
  async stop(): Promise<void> {
    await this.end();
  }
}

/** Installs a VSIX into an extensions folder. */
export async function installExtension(codeServer: CodeServer, vsix: string, options: ServerOptions): Promise<void> {
  const args = [codeServer.script, ...serverArguments(options), '--install-extension', vsix];
  const done = await run(codeServer.node, args, { env: options.env });
  if (done.code !== 0) throw new HostError(`Could not install ${vsix}:\n${done.output.trim()}`);
}

function serverArguments(options: ServerOptions): string[] {
  const folder = options.folder === undefined ? [] : ['--default-folder', options.folder];
  const access = options.token === undefined ? ['--without-connection-token'] : ['--connection-token', options.token];
  return [
    '--host',
    '127.0.0.1',
    '--port',
    options.port ?? '0',
    ...access,
    '--accept-server-license-terms',
    '--server-data-dir',
    options.dataDir,
    '--user-data-dir',
    options.dataDir,
    '--extensions-dir',
    options.extensionsDir,
    '--telemetry-level',
    'off',
    ...folder,
    ...(options.language === undefined ? [] : ['--locale', options.language]),
    ...(options.forTests === true ? ['--enable-smoke-test-driver'] : []),
  ];
}
