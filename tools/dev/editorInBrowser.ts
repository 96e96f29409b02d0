/** The browser-based VS Code for people: this folder, this checkout's extension, settings that stay. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from '../host/paths.ts';
import { type Log, provideCodeServer } from '../host/provision.ts';
import { cleanEnvironment, EditorServer, quietSettings } from '../host/server.ts';

export class EditorInBrowser {
  /** Opens the editor with the extension on this folder. Whoever knows it can use the editor. */
  readonly address: string;
  private readonly server: EditorServer;

  private constructor(address: string, server: EditorServer) {
    this.address = address;
    this.server = server;
  }

  /** Provides and starts it. Everything it keeps is in the cache. */
  static async start(log: Log): Promise<EditorInBrowser> {
    const codeServer = await provideCodeServer(log);
    const base = join(cache, 'start');
    const extensionsDir = join(base, 'extensions');
    linkExtension(extensionsDir);
    const token = keptToken(join(base, 'token'));
    const server = await EditorServer.start(codeServer, {
      dataDir: join(base, 'data'),
      extensionsDir,
      port: '7391-7399', // The browser keeps what it knows by address, so that should stay the same.
      token,
      folder: root,
      settings: {
        ...quietSettings,
        'security.workspace.trust.enabled': false,
        'files.watcherExclude': { '**/.vscode-test/**': true, '**/node_modules/**': true },
      },
      env: { ...cleanEnvironment(), ...(process.env.JOBDECK_HOME ? { JOBDECK_HOME: process.env.JOBDECK_HOME } : {}) },
    });
    return new EditorInBrowser(`http://${server.authority}/?tkn=${token}`, server);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}

/** Makes this checkout an installed extension, so that a reload of the window shows a new build. */
function linkExtension(extensionsDir: string): void {
  mkdirSync(extensionsDir, { recursive: true });
  const { publisher, name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const link = join(extensionsDir, `${publisher}.${name}-${version}`);
  rmSync(link, { force: true });
  symlinkSync(root, link, 'dir');
  // The server makes its list of extensions anew, from the folder, when there is none.
  rmSync(join(extensionsDir, 'extensions.json'), { force: true });
}

/** A secret that stays the same from start to start, so that a bookmark goes on working. */
function keptToken(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(12).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
