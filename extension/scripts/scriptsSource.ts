/** The package scripts of the workspace's folders, kept up to date while the files change. */
import * as vscode from 'vscode';
import { type PackageManager, type PackageScript, packageManagerOf, parseScripts } from './packageScripts.ts';

/** A script together with where it runs. */
export interface FolderScript extends PackageScript {
  readonly folder: vscode.WorkspaceFolder;
  readonly manager: PackageManager;
}

/** Milliseconds for the events of one save to come together. */
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

  /** The scripts as read last, in the order of the folders and of their files. */
  get scripts(): readonly FolderScript[] {
    return this.#scripts;
  }

  /** Resolves when what is on disk now has been read. */
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

/** Only the folders' own package.json: those of `node_modules` are thousands. */
function isManifest(uri: vscode.Uri): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder !== undefined && vscode.Uri.joinPath(folder.uri, 'package.json').path === uri.path;
}

async function readFolder(folder: vscode.WorkspaceFolder): Promise<FolderScript[]> {
  // Jobs run on this machine; a folder that is not on its disk has nothing to run.
  if (folder.uri.scheme !== 'file') return [];
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, 'package.json'));
    const text = new TextDecoder('utf-8').decode(bytes);
    const siblings = (await vscode.workspace.fs.readDirectory(folder.uri)).map(([name]) => name);
    const manager = packageManagerOf(text, siblings);
    return parseScripts(text).map((script) => ({ ...script, folder, manager }));
  } catch (error) {
    // Most folders have no package.json, or it was deleted meanwhile.
    if (error instanceof vscode.FileSystemError) return [];
    throw error;
  }
}
