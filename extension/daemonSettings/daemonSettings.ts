/** The daemon's settings in the settings of the editor: follows `config.json` in the daemon's home, and writes it. */
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { homeFiles } from '../../shared/client/home.ts';
import { readFileSafely } from '../../shared/files/regularFile.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';
import { editorProblem } from '../../shared/messages/editor.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import { daemonSettingNames, daemonSettingPrefix } from '../base/ids.ts';
import type { Tools } from '../definitions/loadTools.ts';
import { readValues } from './configText.ts';
import { type Changes, merge, type Values } from './merge.ts';

/** Where the values are kept on which both sides last agreed. */
const agreedKey = 'daemonSettings';
const maxBytes = 1_000_000;
/** Milliseconds between a change and reading it, because programs write in several steps. */
const settleMs = 100;

export interface DaemonSettingsOptions {
  /** The daemon's home. */
  readonly home: string;
  /** The state of the extension for all windows. */
  readonly state: Pick<vscode.Memento, 'get' | 'update'>;
  tools(): Pick<Tools, 'parseCommented' | 'changeValues'>;
  /** Shows an error. */
  showError(error: unknown): void;
}

export class DaemonSettings implements vscode.Disposable {
  readonly #options: DaemonSettingsOptions;
  readonly #file: string;
  readonly #subscriptions: vscode.Disposable;
  #watcher: FSWatcher | null = null;
  #cancelRequest: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: DaemonSettingsOptions) {
    const { home } = options;
    this.#options = options;
    this.#file = join(home, homeFiles.config);
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(daemonSettingPrefix)) this.#request();
      }),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.refresh()),
    );
    this.refresh();
  }

  /** Looks at the file, and watches it from then on. Call it when the daemon runs, which creates the folder. */
  refresh(): void {
    this.#watcher ??= this.#watch();
    this.#request();
  }

  /** Resolves when pending changes are written. */
  get settled(): Promise<void> {
    return this.#work;
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#watcher?.close();
    clearTimeout(this.#cancelRequest);
  }

  /** Watches the folder, to notice when the file is replaced. Null if that is not possible now. */
  #watch(): FSWatcher | null {
    try {
      const watcher = watch(this.#options.home, { persistent: false }, (_event, name) => {
        if (name !== null && name !== homeFiles.config) return;
        clearTimeout(this.#cancelRequest);
        this.#cancelRequest = setTimeout(() => this.#request(), settleMs);
      });
      watcher.on('error', () => {
        watcher.close();
        this.#watcher = null;
      });
      return watcher;
    } catch {
      return null; // The folder does not exist yet, or the system has no watches left. `refresh` tries again.
    }
  }

  #request(): void {
    this.#work = this.#work.then(() => this.#synchronize()).catch((error: unknown) => this.#options.showError(error));
  }

  async #synchronize(): Promise<void> {
    const { state, tools } = this.#options;
    const text = await this.#read();
    const file = readValues(text, daemonSettingNames, (json) => tools().parseCommented(json));
    const editor = editorValues();
    const agreed = state.get<Values>(agreedKey, {});
    if (file === null) {
      // The daemon reports the file. Only a change that can't be saved is worth another message.
      if (JSON.stringify(sorted(editor)) === JSON.stringify(sorted(agreed))) return;
      throw editorProblem('SETTINGS_NOT_SAVED/broken', { file: this.#file });
    }
    const changes = merge({ agreed, file, editor });
    if (Object.keys(changes.file).length > 0) await this.#write(tools().changeValues(text, changes.file) ?? text);
    const settings = vscode.workspace.getConfiguration(daemonSettingPrefix);
    for (const [name, value] of Object.entries(changes.editor)) {
      await settings.update(name, value, vscode.ConfigurationTarget.Global);
    }
    // Last: another window that saw it before the settings would take their old values for a change by the user.
    await state.update(agreedKey, applied(file, changes.file));
  }

  /** The text of the file, empty if there is none. */
  async #read(): Promise<string> {
    try {
      return await readFileSafely(this.#file, { limit: maxBytes });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw this.#problem(error);
    }
  }

  async #write(text: string): Promise<void> {
    try {
      await mkdir(this.#options.home, { recursive: true, mode: 0o700 });
      // A link to a file in another folder stays a link.
      replaceFile(await realpath(this.#file).catch(() => this.#file), text);
    } catch (error) {
      throw this.#problem(error);
    }
  }

  #problem(error: unknown) {
    return editorProblem('SETTINGS_NOT_SAVED/system', { file: this.#file, reason: reasonOf(error) });
  }
}

/** What the user has set. Values of a wrong type, which the editor marks, are not. */
function editorValues(): Values {
  const settings = vscode.workspace.getConfiguration(daemonSettingPrefix);
  const set = daemonSettingNames.flatMap((name) => {
    const value: unknown = settings.inspect(name)?.globalValue;
    return typeof value === 'number' || value === null ? [[name, value] as const] : [];
  });
  return Object.fromEntries(set);
}

function applied(values: Values, changes: Changes): Values {
  const all = Object.entries({ ...values, ...changes });
  return Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function sorted(values: Values): [string, unknown][] {
  return Object.entries(values).sort(([a], [b]) => a.localeCompare(b));
}
