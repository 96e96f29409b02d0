/** Places in sources that logs lead to, in the editor. */
import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { Place } from '../analysis/places.ts';

/** Whether there is a file at an absolute path. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(vscode.Uri.file(path))).type & vscode.FileType.File) !== 0;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}

/** `src/a.ts:12:3`, relative to where the job ran when it is in there. */
export function placeName({ path, reference: { line, column } }: Place, cwd: string | null): string {
  const below = cwd === null ? path : relative(cwd, path);
  const name = below.startsWith('..') ? path : below;
  return [name, line, ...(column === null ? [] : [column])].join(':');
}

/** Where in the file, as the editor counts. */
export function placeRange({ reference: { line, column } }: Place): vscode.Range {
  const position = new vscode.Position(line - 1, (column ?? 1) - 1);
  return new vscode.Range(position, position);
}

/** Opens the file of a place with the cursor there. */
export async function openPlace(place: Place): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(place.path), { selection: placeRange(place) });
}
