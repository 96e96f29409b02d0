/** Opens and names source locations in the editor. */
import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { Place } from '../analysis/places.ts';

/** Whether a file exists at an absolute path. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(vscode.Uri.file(path))).type & vscode.FileType.File) !== 0;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}

/** `src/a.ts:12:3`, relative to `cwd` if inside. */
export function placeName({ path, reference: { line, column } }: Place, cwd: string | null): string {
  const below = cwd === null ? path : relative(cwd, path);
  const name = below.startsWith('..') ? path : below;
  return [name, line, ...(column === null ? [] : [column])].join(':');
}

/** The location as an editor range. */
export function placeRange({ reference: { line, column } }: Place): vscode.Range {
  const position = new vscode.Position(line - 1, (column ?? 1) - 1);
  return new vscode.Range(position, position);
}

/** Opens a file with the cursor at the location. */
export async function openPlace(place: Place): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(place.path), { selection: placeRange(place) });
}
