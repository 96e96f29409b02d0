/** The definition files of this window: those of its folders and the one in the daemon's home. */
import * as vscode from 'vscode';
import { homeFiles } from '../../shared/client/home.ts';
import type { Icons } from './icons.ts';
import type { Tools } from './loadTools.ts';
import type { Defined } from './looks.ts';
import type { Reading } from './tools.ts';

/** A definition file and its folder. */
export interface FilePlace {
  readonly uri: vscode.Uri;
  /** The folder with the file in its `.vscode`, or null for the file in the home. */
  readonly folder: vscode.WorkspaceFolder | null;
}

export interface DefinitionFile extends FilePlace {
  readonly text: string;
  readonly reading: Reading;
}

export interface DefinitionFilesDeps {
  /** The daemon's home. */
  readonly home: string;
  tools(): Tools;
  icons(): Promise<Icons | null>;
}

/** Milliseconds in which the events of one save are merged. */
const settle = 100;

export class DefinitionFiles implements vscode.Disposable {
  readonly #deps: DefinitionFilesDeps;
  readonly #homeFile: vscode.Uri;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #files: readonly DefinitionFile[] = [];
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void>;

  /** Fires when the files have been read again. */
  readonly onDidChange = this.#changes.event;

  constructor(deps: DefinitionFilesDeps) {
    this.#deps = deps;
    const home = vscode.Uri.file(deps.home);
    this.#homeFile = vscode.Uri.joinPath(home, homeFiles.definitions);
    const watchers = [
      vscode.workspace.createFileSystemWatcher('**/.vscode/jobs.json'),
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(home, homeFiles.definitions)),
    ];
    const look = (uri: vscode.Uri) => this.placeOf(uri) !== null && this.#soon();
    this.#subscriptions = [
      ...watchers.flatMap((one) => [one, one.onDidChange(look), one.onDidCreate(look), one.onDidDelete(look)]),
      // Faster than a watcher, and works where watchers don't.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => look(uri)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#soon()),
    ];
    this.#reading = this.#read();
  }

  /** The existing files in the order of the folders. The file in the home is last. */
  get files(): readonly DefinitionFile[] {
    return this.#files;
  }

  /** The jobs of all valid files. */
  defined(): Defined[] {
    return this.#files.flatMap((file) =>
      file.reading.jobs.flatMap(({ name, definition }) =>
        definition === null ? [] : [{ name, file: file.uri.fsPath, workspace: workspaceOf(file), definition }],
      ),
    );
  }

  /** Resolves when the files have been read. */
  ready(): Promise<void> {
    return this.#reading;
  }

  /** Reads the files now. */
  refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#reading = this.#read();
    return this.#reading;
  }

  /** The place of a file, or null if it is not a definition file. */
  placeOf(uri: vscode.Uri): FilePlace | null {
    if (uri.scheme !== 'file') return null;
    if (uri.toString() === this.#homeFile.toString()) return { uri, folder: null };
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder !== undefined && fileIn(folder).toString() === uri.toString() ? { uri, folder } : null;
  }

  /** Parses a text as if it were the file at that place. */
  async parse(place: FilePlace, text: string): Promise<Reading> {
    const icons = text.includes('"icon"') ? ((await this.#deps.icons())?.names ?? null) : null;
    return this.#deps.tools().read(text.replace(/^\uFEFF/, ''), { workspace: place.folder !== null, icons });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), settle);
  }

  async #read(): Promise<void> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const places: FilePlace[] = [
      ...folders.map((folder) => ({ uri: fileIn(folder), folder })),
      { uri: this.#homeFile, folder: null },
    ];
    const found = await Promise.all(places.map((place) => this.#readFile(place)));
    this.#files = found.filter((file) => file !== null);
    this.#changes.fire();
  }

  async #readFile(place: FilePlace): Promise<DefinitionFile | null> {
    try {
      const text = new TextDecoder('utf-8').decode(await vscode.workspace.fs.readFile(place.uri));
      return { ...place, text, reading: await this.parse(place, text) };
    } catch (error) {
      // Most folders have none, or it was just deleted.
      if (error instanceof vscode.FileSystemError) return null;
      throw error;
    }
  }
}

/** The definition file of a folder, which may not exist. */
export function fileIn({ uri }: vscode.WorkspaceFolder): vscode.Uri {
  return vscode.Uri.joinPath(uri, '.vscode', 'jobs.json');
}

/** Path of the workspace folder of a file, or null. */
export function workspaceOf({ folder }: FilePlace): string | null {
  return folder?.uri.fsPath ?? null;
}
