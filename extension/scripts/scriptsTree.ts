/** The Scripts view: scripts, targets and tasks of the project. */
import * as vscode from 'vscode';
import { ContextKey } from '../base/contextKey.ts';
import { contextKeys, viewIds } from '../base/ids.ts';
import { oneLine, type Translate } from '../base/text.ts';
import type { FolderScript } from './folderScript.ts';
import { scriptTitle } from './scriptRequest.ts';
import type { ScriptsSource } from './scriptsSource.ts';

/** Folders have rows only if several of them have scripts, and files only if there are several in the folder. */
export type ScriptNode =
  | { readonly kind: 'script'; readonly script: FolderScript }
  | { readonly kind: 'file'; readonly folder: vscode.WorkspaceFolder; readonly file: string | null }
  | { readonly kind: 'folder'; readonly folder: vscode.WorkspaceFolder };

export class ScriptsTree implements vscode.TreeDataProvider<ScriptNode>, vscode.Disposable {
  readonly #source: ScriptsSource;
  readonly #t: Translate;
  readonly #subscription: vscode.Disposable;
  readonly #view: vscode.TreeView<ScriptNode>;

  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(source: ScriptsSource, t: Translate) {
    this.#source = source;
    this.#t = t;
    this.onDidChangeTreeData = source.onDidChange;
    const noScripts = new ContextKey(contextKeys.noScripts);
    const update = () => noScripts.set(source.scripts.length === 0);
    this.#subscription = source.onDidChange(update);
    void source.ready().then(update);
    this.#view = vscode.window.createTreeView(viewIds.scripts, { treeDataProvider: this, showCollapseAll: false });
    this.#view.onDidChangeVisibility(({ visible }) => source.setVisible(visible));
    source.setVisible(this.#view.visible);
  }

  getTreeItem(node: ScriptNode): vscode.TreeItem {
    if (node.kind === 'script') return scriptItem(node.script, this.#t);
    return node.kind === 'file' ? fileItem(node.folder, node.file, this.#t) : folderItem(node.folder);
  }

  async getChildren(node?: ScriptNode): Promise<ScriptNode[]> {
    await this.#source.ready();
    const { scripts } = this.#source;
    if (node?.kind === 'script') return [];
    if (node?.kind === 'file') {
      return rows(scripts.filter(({ folder, file }) => folder === node.folder && file === node.file));
    }
    const folders = [...new Set(scripts.map(({ folder }) => folder))];
    if (node === undefined && folders.length > 1) return folders.map((folder) => ({ kind: 'folder', folder }));
    const folder = node?.folder ?? folders[0];
    if (folder === undefined) return [];
    const inside = scripts.filter((script) => script.folder === folder);
    const files = [...new Set(inside.map(({ file }) => file))];
    return files.length > 1 ? files.map((file) => ({ kind: 'file', folder, file })) : rows(inside);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#view.dispose();
  }
}

function rows(scripts: readonly FolderScript[]): ScriptNode[] {
  return scripts.map((script) => ({ kind: 'script', script }));
}

function folderItem(folder: vscode.WorkspaceFolder): vscode.TreeItem {
  const item = new vscode.TreeItem(folder.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `folder:${folder.uri}`;
  item.iconPath = vscode.ThemeIcon.Folder;
  item.resourceUri = folder.uri;
  return item;
}

/** Has the icon of the file in the theme of the user. */
function fileItem(folder: vscode.WorkspaceFolder, file: string | null, t: Translate): vscode.TreeItem {
  const item = new vscode.TreeItem(file ?? t('Tasks of Extensions'), vscode.TreeItemCollapsibleState.Expanded);
  if (file === null) {
    item.id = `tasks:${folder.uri}`;
    item.iconPath = new vscode.ThemeIcon('tools');
    return item;
  }
  item.id = `file:${folder.uri}#${file}`;
  item.iconPath = vscode.ThemeIcon.File;
  item.resourceUri = vscode.Uri.joinPath(folder.uri, file);
  return item;
}

/** A click opens the script in its file. Its inline button runs it. */
function scriptItem(script: FolderScript, t: Translate): vscode.TreeItem {
  const { folder, file, name, line, at } = script;
  const item = new vscode.TreeItem(oneLine(name), vscode.TreeItemCollapsibleState.None);
  item.id = `script:${folder.uri}#${file ?? ''}#${name}`;
  item.description = oneLine(line, 120);
  item.tooltip = [...new Set([scriptTitle(script), line])].filter((text) => text !== '').join('\n');
  item.iconPath = new vscode.ThemeIcon('symbol-event');
  item.contextValue = 'script';
  const spoken = line === '' ? scriptTitle(script) : line;
  item.accessibilityInformation = { label: t('Script {0}: {1}', name, oneLine(spoken, 120)) };
  if (file === null) return item;
  item.command = {
    command: 'vscode.open',
    title: t('Open {0}', file),
    arguments: [vscode.Uri.joinPath(folder.uri, file), { selection: new vscode.Range(at, 0, at, 0) }],
  };
  return item;
}
