/**
 * The tasks that other extensions find in the workspace. Only extensions that are active anyway are asked, so that nothing is
 * activated for the view, and only while it is visible.
 */
import * as vscode from 'vscode';
import { taskType } from '../base/ids.ts';
import { taskCommand } from '../base/taskCommand.ts';
import type { FolderScript } from './folderScript.ts';

/** Read from their files instead, by our own readers. The types that run a command line are those of tasks.json. */
const excluded: ReadonlySet<string> = new Set([taskType, 'npm', 'gulp', 'grunt', 'jake', 'shell', 'process']);

/** The tasks of active extensions that run a command in one of these folders. */
export async function contributedTasks(folders: readonly vscode.WorkspaceFolder[]): Promise<FolderScript[]> {
  const types = vscode.extensions.all.flatMap(({ isActive, packageJSON }) => (isActive ? typesOf(packageJSON) : []));
  const wanted = [...new Set(types)].filter((type) => !excluded.has(type));
  // A provider that fails or does not answer has no tasks.
  const found = await Promise.all(wanted.map((type) => vscode.tasks.fetchTasks({ type }).then(undefined, () => [])));
  return found.flat().flatMap((task) => scriptOf(task, folders) ?? []);
}

function typesOf(manifest: { contributes?: { taskDefinitions?: { type?: unknown }[] } }): string[] {
  const definitions = manifest.contributes?.taskDefinitions;
  return Array.isArray(definitions) ? definitions.flatMap(({ type }) => (typeof type === 'string' ? [type] : [])) : [];
}

function scriptOf(task: vscode.Task, folders: readonly vscode.WorkspaceFolder[]): FolderScript | null {
  const { name, source, detail, scope, execution } = task;
  const folder = folders.find(({ uri }) => typeof scope === 'object' && uri.toString() === scope.uri.toString());
  // Tasks in tasks.json are the user's own, with variables and dependencies that only the editor resolves.
  if (folder === undefined || source === 'Workspace' || source === 'User') return null;
  const command = taskCommand(execution);
  if (command === null || !(execution instanceof vscode.ShellExecution || execution instanceof vscode.ProcessExecution))
    return null;
  const path = folder.uri.fsPath;
  const { cwd, env } = execution.options ?? {};
  const resolved = JSON.parse(resolve(JSON.stringify({ command, cwd: cwd ?? path, env: env ?? {} }), path));
  if (/\$\{\w+[:}]/.test(JSON.stringify(resolved))) return null;
  const line = 'shell' in command ? command.shell : command.argv.join(' ');
  return { name: `${source}: ${name}`, line: detail ?? line, at: 0, argv: [], folder, file: null, run: resolved };
}

/** The variables that most tasks of extensions need. In JSON. */
function resolve(text: string, folder: string): string {
  const escaped = JSON.stringify(folder).slice(1, -1);
  return text.replaceAll(/\$\{(?:workspaceFolder|workspaceRoot|cwd)\}/g, () => escaped);
}
