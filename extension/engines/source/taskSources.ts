/** Finds the sources of tasks in the workspace. Results are cached until files change. */
import * as vscode from 'vscode';
import type { Disposable } from '../../base/event.ts';
import { defLine, functionLine, namedTaskLine } from './pythonSource.ts';
import { createFunctionLine } from './scriptSource.ts';
import { byDepth, modulePlaces, type SourceQuery } from './taskName.ts';

/** The location of a task. `line` starts at 0. */
export interface TaskSource {
  readonly uri: vscode.Uri;
  readonly line: number;
}

/** Folders without the user's own sources. */
const excluded =
  '**/{node_modules,.git,.venv,venv,env,site-packages,__pycache__,.tox,.mypy_cache,dist,build,out,.next,coverage}/**';
/** Files that may contain tasks. */
const sources = /\.(?:py|[mc]?[jt]sx?)$/;
/** Maximum number of files per search, and maximum file size in bytes. */
const maxFiles = 2_000;
const maxBytes = 512_000;

export class TaskSources implements Disposable {
  readonly #found = new Map<string, Promise<TaskSource | null>>();
  readonly #subscriptions: Disposable[];

  constructor() {
    const forget = () => this.#found.clear();
    const { workspace } = vscode;
    this.#subscriptions = [
      workspace.onDidSaveTextDocument(({ uri }) => sources.test(uri.path) && forget()),
      workspace.onDidChangeWorkspaceFolders(forget),
      workspace.onDidCreateFiles(forget),
      workspace.onDidDeleteFiles(forget),
      workspace.onDidRenameFiles(forget),
    ];
  }

  /** The source of a task, from the cache or by searching, or null. */
  find(query: SourceQuery): Promise<TaskSource | null> {
    const key = `${query.engine} ${query.name}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = search(query);
    this.#found.set(key, found);
    found.catch(() => this.#found.delete(key));
    return found;
  }

  /** Like `find`, without the cache. */
  findNow(query: SourceQuery): Promise<TaskSource | null> {
    this.#found.delete(`${query.engine} ${query.name}`);
    return this.find(query);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

async function search({ engine, name }: SourceQuery): Promise<TaskSource | null> {
  if ((vscode.workspace.workspaceFolders ?? []).length === 0) return null;
  if (engine === 'inngest') {
    const scripts = await firstIn('**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}', (text) => createFunctionLine(text, name));
    return scripts ?? (await firstIn('**/*.py', (text) => functionLine(text, name)));
  }
  for (const { glob, functionName } of modulePlaces(name)) {
    const found = await firstIn(glob, (text) => defLine(text, functionName));
    if (found !== null) return found;
  }
  return firstIn('**/*.py', (text) => namedTaskLine(text, name));
}

/** The first match, in shallow files first. */
async function firstIn(glob: string, lineIn: (text: string) => number | null): Promise<TaskSource | null> {
  const files = await vscode.workspace.findFiles(glob, excluded, maxFiles);
  for (const uri of files.sort((one, other) => byDepth(one.path, other.path))) {
    const text = await textOf(uri);
    const line = text === null ? null : lineIn(text);
    if (line !== null) return { uri, line };
  }
  return null;
}

/** Null for a file that is too large or can't be read. */
async function textOf(uri: vscode.Uri): Promise<string | null> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maxBytes) return null;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    // The file was deleted after it was listed.
    return null;
  }
}
