/** The package scripts of the workspace folders, kept up to date when the files change. */
import * as vscode from 'vscode';
import { type PackageManager, type PackageScript, packageManagerOf, parseScripts } from './packageScripts.ts';

/** A script with its folder and package manager. */
export interface FolderScript extends PackageScript {
  readonly folder: vscode.WorkspaceFolder;
  readonly manager: PackageManager;
}

/** Milliseconds in which the events of one save are merged. */
const settle = 100;

export class ScriptsSource implements vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #scripts: readonly FolderScript[] = [];
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void>;

  readonly onDidChange = this.#changes.event;

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher('**/package.json');
    const look = (uri: vscode.Uri) => {
      if (isManifest(uri)) this.#soon();
    };
    this.#subscriptions = [
      watcher,
      watcher.onDidChange(look),
      watcher.onDidCreate(look),
      watcher.onDidDelete(look),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#soon()),
    ];
    this.#reading = this.#read();
  }

  /** The scripts as last read, in the order of folders and files. */
  get scripts(): readonly FolderScript[] {
    return this.#scripts;
  }

  /** Resolves when the files have been read. */
  ready(): Promise<void> {
    return this.#reading;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#reading = this.#read();
    }, settle);
  }

  async #read(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    this.#scripts = (await Promise.all(folders.map(readFolder))).flat();
    this.#changes.fire();
  }
}

/** Only the package.json at the root of a folder, because `node_modules` contains thousands. */
function isManifest(uri: vscode.Uri): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder !== undefined && vscode.Uri.joinPath(folder.uri, 'package.json').path === uri.path;
}

async function readFolder(folder: vscode.WorkspaceFolder): Promise<FolderScript[]> {
  // Jobs run on this machine, so only local folders have scripts to run.
  if (folder.uri.scheme !== 'file') return [];
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, 'package.json'));
    const text = new TextDecoder('utf-8').decode(bytes);
    const siblings = (await vscode.workspace.fs.readDirectory(folder.uri)).map(([name]) => name);
    const manager = packageManagerOf(text, siblings);
    return parseScripts(text).map((script) => ({ ...script, folder, manager }));
  } catch (error) {
    // Most folders have no package.json, or it was just deleted.
    if (error instanceof vscode.FileSystemError) return [];
    throw error;
  }
}
