/**
 * Runs the browser-based VS Code for development: on this folder, with this checkout's extension and persistent
 * settings.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from '../host/paths.ts';
import { type Log, provideCodeServer } from '../host/provision.ts';
import { cleanEnvironment, EditorServer, quietSettings } from '../host/server.ts';

export class EditorInBrowser {
  /** Address of the editor. Anyone who knows it can use the editor. */
  readonly address: string;
  private readonly server: EditorServer;

  private constructor(address: string, server: EditorServer) {
    this.address = address;
    this.server = server;
  }

  /** Installs and starts the editor. All its data is in the cache. */
  static async start(log: Log): Promise<EditorInBrowser> {
    const codeServer = await provideCodeServer(log);
    const base = join(cache, 'start');
    const extensionsDir = join(base, 'extensions');
    linkExtension(extensionsDir);
    const token = keptToken(join(base, 'token'));
    const server = await EditorServer.start(codeServer, {
      dataDir: join(base, 'data'),
      extensionsDir,
      port: '7391-7399', // The browser stores data per address, so the port should not change.
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

/** Links this checkout as an installed extension, so that reloading the window picks up a new build. */
function linkExtension(extensionsDir: string): void {
  mkdirSync(extensionsDir, { recursive: true });
  const { publisher, name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const link = join(extensionsDir, `${publisher}.${name}-${version}`);
  rmSync(link, { force: true });
  symlinkSync(root, link, 'dir');
  // If the list of extensions is missing, the server recreates it from the folder.
  rmSync(join(extensionsDir, 'extensions.json'), { force: true });
}

/** A secret that persists across starts, so that bookmarks remain valid. */
function keptToken(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(12).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
