/** The Scripts view: package scripts of the project. */
import * as vscode from 'vscode';
import { ContextKey } from '../base/contextKey.ts';
import { contextKeys, viewIds } from '../base/ids.ts';
import { oneLine, type Translate } from '../base/text.ts';
import type { FolderScript, ScriptsSource } from './scriptsSource.ts';

/** Folders have rows only if several of them have scripts. */
export type ScriptNode =
  | { readonly kind: 'script'; readonly script: FolderScript }
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
  }

  getTreeItem(node: ScriptNode): vscode.TreeItem {
    return node.kind === 'script' ? scriptItem(node.script, this.#t) : folderItem(node.folder);
  }

  async getChildren(node?: ScriptNode): Promise<ScriptNode[]> {
    await this.#source.ready();
    const { scripts } = this.#source;
    const folders = [...new Set(scripts.map(({ folder }) => folder))];
    if (node === undefined && folders.length > 1) return folders.map((folder) => ({ kind: 'folder', folder }));
    const inside = node?.kind === 'folder' ? scripts.filter(({ folder }) => folder === node.folder) : scripts;
    return node?.kind === 'script' ? [] : inside.map((script) => ({ kind: 'script', script }));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#view.dispose();
  }
}

function folderItem(folder: vscode.WorkspaceFolder): vscode.TreeItem {
  const item = new vscode.TreeItem(folder.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `folder:${folder.uri}`;
  item.iconPath = vscode.ThemeIcon.Folder;
  item.resourceUri = folder.uri;
  return item;
}

/** A click opens the script in package.json. Its inline button runs it. */
function scriptItem({ folder, manager, name, line, at }: FolderScript, t: Translate): vscode.TreeItem {
  const item = new vscode.TreeItem(oneLine(name), vscode.TreeItemCollapsibleState.None);
  item.id = `script:${folder.uri}#${name}`;
  item.description = oneLine(line, 120);
  item.tooltip = `${manager} run ${name}\n${line}`;
  item.iconPath = new vscode.ThemeIcon('symbol-event');
  item.contextValue = 'script';
  item.accessibilityInformation = { label: t('Script {0}: {1}', name, oneLine(line, 120)) };
  item.command = {
    command: 'vscode.open',
    title: t('Open package.json'),
    arguments: [vscode.Uri.joinPath(folder.uri, 'package.json'), { selection: new vscode.Range(at, 0, at, 0) }],
  };
  return item;
}
