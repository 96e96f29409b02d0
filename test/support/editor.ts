/** A real VS Code for tests with separate server, browser and folders, driven by mouse and keyboard. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { CodeServer } from '../../tools/host/codeServer.ts';
import { root } from '../../tools/host/paths.ts';
import { atExit } from '../../tools/host/processes.ts';
import { provideWorkbench } from '../../tools/host/provision.ts';
import {
  cleanEnvironment,
  EditorServer,
  installExtension,
  quietSettings,
  type ServerOptions,
} from '../../tools/host/server.ts';
import { endDaemon } from './daemonEnd.ts';

export interface EditorOptions {
  /**
   * `false`: the editor asks whether to trust the folder, which is restricted until then. By default it trusts all
   * folders.
   */
  trusted?: boolean;
  settings?: Record<string, unknown>;
  /** Extra environment variables for the extension host. */
  env?: NodeJS.ProcessEnv;
  /** A packaged extension to install instead of loading this checkout. */
  vsix?: string;
  /** The folder of the extension under development. */
  extension?: string;
  /** The display language; English by default. */
  language?: string;
}

export interface WindowOptions {
  folder?: string;
  tests?: string;
  prepare?: (page: Page) => Promise<void>;
  /** Window size; 1280 by 800 by default. */
  viewport?: { width: number; height: number };
  /** Device scale factor of screenshots; 1 by default. */
  scale?: number;
}

/** Milliseconds to wait for something to appear. Generous, to allow for slow and busy machines. */
const patience = 45_000;

/** Chromium options: no sandbox (for root and containers), no GPU, no network services. */
const browserArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export class Editor {
  /** `JOBDECK_HOME` of this editor. */
  readonly home: string;
  /** An empty folder to open. */
  readonly folder: string;
  /** The folder of installed extensions. */
  readonly extensionsDir: string;
  private readonly base: string;
  private readonly server: EditorServer;
  private readonly browser: Browser;
  private readonly developed: string | null;
  private readonly forget: () => void;

  private constructor(base: string, server: EditorServer, browser: Browser, developed: string | null) {
    this.base = base;
    this.home = join(base, 'home');
    this.folder = join(base, 'folder');
    this.extensionsDir = join(base, 'extensions');
    this.server = server;
    this.browser = browser;
    this.developed = developed;
    this.forget = atExit(() => this.removeTraces());
  }

  /** Starts an editor. Use `open` to open windows, and `close` at the end. */
  static async start(options: EditorOptions = {}): Promise<Editor> {
    const provided = await provideWorkbench(() => undefined);
    const base = mkdtempSync(join(tmpdir(), 'jobdeck-editor-'));
    mkdirSync(join(base, 'folder'));
    const serverOptions: ServerOptions = {
      dataDir: join(base, 'data'),
      extensionsDir: join(base, 'extensions'),
      forTests: true,
      language: options.language,
      settings: {
        ...quietSettings,
        'window.autoDetectColorScheme': false,
        'window.autoDetectHighContrast': false,
        'terminal.integrated.gpuAcceleration': 'off', // Otherwise terminal text is not in the DOM.
        'security.workspace.trust.enabled': options.trusted === false,
        ...options.settings,
      },
      // With VSCODE_CLI, VS Code uses this environment instead of that of a login shell.
      env: { ...cleanEnvironment(), VSCODE_CLI: '1', JOBDECK_HOME: join(base, 'home'), ...options.env },
    };
    const server = await startServer(provided.server, serverOptions, options.vsix);
    const browser = await chromium.launch({ executablePath: provided.browser, args: browserArguments });
    const developed = options.vsix === undefined ? (options.extension ?? root) : null;
    return new Editor(base, server, browser, developed);
  }

  /**
   * Opens a window in a new page and waits for the workbench. `tests`: absolute path of a module whose `run()` is
   * called in the extension host. `prepare` receives the page before it is loaded.
   */
  async open(options: WindowOptions = {}): Promise<Page> {
    const remote = (path: string) => `vscode-remote://${this.server.authority}${path}`;
    const payload: [string, string][] =
      this.developed === null ? [] : [['extensionDevelopmentPath', remote(this.developed)]];
    if (options.tests !== undefined) payload.push(['extensionTestsPath', remote(options.tests)]);
    const query = new URLSearchParams({ folder: options.folder ?? this.folder, payload: JSON.stringify(payload) });
    const { viewport = { width: 1280, height: 800 }, scale = 1 } = options;
    const context = await this.browser.newContext({ viewport, deviceScaleFactor: scale });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    await options.prepare?.(page);
    await page.goto(`http://${this.server.authority}/?${query}`);
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    return page;
  }

  /** PID of the most recent extension host. */
  extensionHostPid(): number {
    const log = readFileSync(join(this.base, 'data', 'server.log'), 'utf8');
    const pid = [...log.matchAll(/<(\d+)> Launched Extension Host Process/g)].at(-1)?.[1];
    if (pid === undefined) throw new Error('No extension host has been started.');
    return Number(pid);
  }

  /** Ends browser, server, daemon and jobs, and deletes the folders. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    this.forget();
    this.removeTraces();
  }

  private removeTraces(): void {
    endDaemon(this.home);
    rmSync(this.base, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function startServer(codeServer: CodeServer, options: ServerOptions, vsix?: string): Promise<EditorServer> {
  if (vsix !== undefined) await installExtension(codeServer, vsix, options);
  return await EditorServer.start(codeServer, options);
}
