/** A script of a workspace folder. */
import type * as vscode from 'vscode';
import type { Command } from '../../shared/job.ts';
import type { ProjectScript } from './projectScript.ts';

/** A script with its folder and file. */
export interface FolderScript extends ProjectScript {
  readonly folder: vscode.WorkspaceFolder;
  /** Name of its file at the root of the folder. Null for a task of another extension. */
  readonly file: string | null;
  /** What a task runs. Scripts of files run `argv` in their folder. */
  readonly run?: { readonly command: Command; readonly cwd: string; readonly env: Readonly<Record<string, string>> };
}
