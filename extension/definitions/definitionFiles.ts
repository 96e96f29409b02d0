/** The files of definitions of this window: those of its folders and that of the daemon's home, as they are on disk. */
import * as vscode from 'vscode';
import { homeFiles } from '../../shared/client/home.ts';
import type { Icons } from './icons.ts';
import type { Tools } from './loadTools.ts';
import type { Defined } from './looks.ts';
import type { Reading } from './tools.ts';

/** Where a file of definitions belongs. */
export interface FilePlace {
  readonly uri: vscode.Uri;
  /** The folder that has it in its `.vscode`; null for that of the home. */
  readonly folder: vscode.WorkspaceFolder | null;
}

export interface DefinitionFile extends FilePlace {
  readonly text: string;
  readonly reading: Reading;
}

export interface DefinitionFilesDeps {
  /** The daemon's. */
  readonly home: string;
  tools(): Tools;
  icons(): Promise<Icons | null>;
}

/** Milliseconds for the events of one save to come together. */
const settle = 100;

export class DefinitionFiles implements vscode.Disposable {
  readonly #deps: DefinitionFilesDeps;
  readonly #homeFile: vscode.Uri;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #files: readonly DefinitionFile[] = [];
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void>;

  /** Fires when they were read anew. */
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
      // Sooner than any watcher, and where none works.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => look(uri)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#soon()),
    ];
    this.#reading = this.#read();
  }

  /** Those that are there, in the order of the folders, that of the home last. */
  get files(): readonly DefinitionFile[] {
    return this.#files;
  }

  /** The jobs of all files that have no mistake. */
  defined(): Defined[] {
    return this.#files.flatMap((file) =>
      file.reading.jobs.flatMap(({ name, definition }) =>
        definition === null ? [] : [{ name, file: file.uri.fsPath, workspace: workspaceOf(file), definition }],
      ),
    );
  }

  /** Resolves when what is on disk now has been read. */
  ready(): Promise<void> {
    return this.#reading;
  }

  /** Reads them now. */
  refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#reading = this.#read();
    return this.#reading;
  }

  /** Where a file belongs; null when it is none of definitions. */
  placeOf(uri: vscode.Uri): FilePlace | null {
    if (uri.scheme !== 'file') return null;
    if (uri.toString() === this.#homeFile.toString()) return { uri, folder: null };
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder !== undefined && fileIn(folder).toString() === uri.toString() ? { uri, folder } : null;
  }

  /** A text as a file at that place would be read. */
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
      // Most folders have none, or it was deleted meanwhile.
      if (error instanceof vscode.FileSystemError) return null;
      throw error;
    }
  }
}

/** The file of a folder, whether it is there or not. */
export function fileIn({ uri }: vscode.WorkspaceFolder): vscode.Uri {
  return vscode.Uri.joinPath(uri, '.vscode', 'jobs.json');
}

/** The folder jobs of a file belong to, as its path. */
export function workspaceOf({ folder }: FilePlace): string | null {
  return folder?.uri.fsPath ?? null;
}
