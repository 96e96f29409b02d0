/** The scripts of the workspace folders, kept up to date when the files change, and the tasks of other extensions. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { FileRefused } from '../../shared/files/fileRefused.ts';
import { readFileSafely } from '../../shared/files/regularFile.ts';
import { contributedTasks } from './contributedTasks.ts';
import type { FolderScript } from './folderScript.ts';
import type { ScriptReader, Siblings } from './projectScript.ts';
import { scriptReaders } from './readers/readers.ts';

/** Milliseconds in which the events of one save are merged. */
const settle = 100;
/** Bytes of the largest file that is read. */
const limit = 1_000_000;

/** Also lock files, which decide what runs the scripts. */
const watched = [
  ...scriptReaders.flatMap(({ files }) => files),
  ...['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'uv.lock', 'poetry.lock', 'pdm.lock', 'main.go'],
];

export class ScriptsSource implements vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #watchers: vscode.Disposable[] = [];
  #scripts: readonly FolderScript[] = [];
  #tasks: readonly FolderScript[] = [];
  #visible = false;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void>;

  readonly onDidChange = this.#changes.event;

  constructor() {
    this.#watch();
    this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      this.#watch();
      this.#soon();
    });
    this.#reading = this.#read();
  }

  /** The scripts as last read, in the order of folders and files, and then the tasks. */
  get scripts(): readonly FolderScript[] {
    return [...this.#scripts, ...this.#tasks];
  }

  /** Whether the view is visible. Other extensions are asked only then. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    void this.#readTasks();
  }

  /** Resolves when the files have been read. */
  ready(): Promise<void> {
    return this.#reading;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    for (const watcher of this.#watchers) watcher.dispose();
    this.#changes.dispose();
  }

  /** Only files at the root of a folder, because `node_modules` contains thousands. */
  #watch(): void {
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = localFolders().flatMap((folder) => {
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(folder, `{${watched.join(',')}}`),
      );
      const soon = () => this.#soon();
      return [watcher, watcher.onDidChange(soon), watcher.onDidCreate(soon), watcher.onDidDelete(soon)];
    });
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#reading = this.#read();
    }, settle);
  }

  async #read(): Promise<void> {
    this.#scripts = (await Promise.all(localFolders().map(readFolder))).flat();
    this.#changes.fire();
    void this.#readTasks();
  }

  async #readTasks(): Promise<void> {
    if (!this.#visible || !vscode.workspace.isTrusted) return;
    const tasks = await contributedTasks(localFolders());
    const isSame = JSON.stringify(tasks.map(said)) === JSON.stringify(this.#tasks.map(said));
    this.#tasks = tasks;
    if (!isSame) this.#changes.fire();
  }
}

/** What distinguishes a task from others. */
function said({ folder, name, line, run }: FolderScript): unknown[] {
  return [folder.uri.toString(), name, line, run];
}

/** Jobs run on this machine, so only local folders have scripts to run. */
function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

async function readFolder(folder: vscode.WorkspaceFolder): Promise<FolderScript[]> {
  const path = folder.uri.fsPath;
  const [names, src] = await Promise.all([namesIn(path), namesIn(join(path, 'src'))]);
  const read = scriptReaders.map((reader) => readFile(folder, reader, { names, src }));
  return (await Promise.all(read)).flat();
}

async function readFile(
  folder: vscode.WorkspaceFolder,
  { files, read }: ScriptReader,
  siblings: Siblings,
): Promise<FolderScript[]> {
  const file = files.find((name) => siblings.names.includes(name));
  if (file === undefined) return [];
  try {
    const text = await readFileSafely(join(folder.uri.fsPath, file), { limit });
    return read(text, siblings).map((script) => ({ ...script, folder, file }));
  } catch (error) {
    // The file is too large, no regular file, not readable, or was just deleted.
    if (error instanceof FileRefused || isSystemError(error)) return [];
    throw error;
  }
}

/** Empty for a folder that can't be listed. */
async function namesIn(path: string): Promise<string[]> {
  return await readdir(path).catch((error: unknown) => {
    if (isSystemError(error)) return [];
    throw error;
  });
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
