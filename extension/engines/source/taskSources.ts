/** The sources of tasks in this window's folders: looked for when somebody asks, and remembered until files change. */
import * as vscode from 'vscode';
import type { Disposable } from '../../base/event.ts';
import { defLine, functionLine, namedTaskLine } from './pythonSource.ts';
import { createFunctionLine } from './scriptSource.ts';
import { byDepth, modulePlaces, type Sought } from './taskName.ts';

/** Where a task is; `line` from 0. */
export interface TaskSource {
  readonly uri: vscode.Uri;
  readonly line: number;
}

/** Where nobody keeps sources of their own. */
const excluded =
  '**/{node_modules,.git,.venv,venv,env,site-packages,__pycache__,.tox,.mypy_cache,dist,build,out,.next,coverage}/**';
/** Files in which a task may be. */
const sources = /\.(?:py|[mc]?[jt]sx?)$/;
/** Files that are read at most, and bytes of one: a search ends. */
const mostFiles = 2_000;
const mostBytes = 512_000;

export class TaskSources implements Disposable {
  readonly #found = new Map<string, Promise<TaskSource | null>>();
  readonly #subscriptions: Disposable[];

  constructor() {
    const forget = () => this.#found.clear();
    const { workspace } = vscode;
    this.#subscriptions = [
      workspace.onDidSaveTextDocument(({ uri }) => sources.test(uri.path) && forget()),
      workspace.onDidChangeWorkspaceFolders(forget),
      ...[workspace.onDidCreateFiles(forget), workspace.onDidDeleteFiles(forget), workspace.onDidRenameFiles(forget)],
    ];
  }

  /** The source of a task as it was found last, or is found now; null when these folders have none. */
  find(sought: Sought): Promise<TaskSource | null> {
    const key = `${sought.engine} ${sought.name}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = search(sought);
    this.#found.set(key, found);
    found.catch(() => this.#found.delete(key));
    return found;
  }

  /** As `find`, looking anew. */
  findNow(sought: Sought): Promise<TaskSource | null> {
    this.#found.delete(`${sought.engine} ${sought.name}`);
    return this.find(sought);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

async function search({ engine, name }: Sought): Promise<TaskSource | null> {
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

/** The first file, the shallowest first, in which a line is found. */
async function firstIn(glob: string, lineIn: (text: string) => number | null): Promise<TaskSource | null> {
  const files = await vscode.workspace.findFiles(glob, excluded, mostFiles);
  for (const uri of files.sort((one, other) => byDepth(one.path, other.path))) {
    const text = await textOf(uri);
    const line = text === null ? null : lineIn(text);
    if (line !== null) return { uri, line };
  }
  return null;
}

/** Null for what is too large to be somebody's source, or can't be read. */
async function textOf(uri: vscode.Uri): Promise<string | null> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > mostBytes) return null;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    // It went away since it was listed.
    return null;
  }
}
