/** Draws the names of inactive schedules in the color of disabled text. */
import * as vscode from 'vscode';

const scheme = 'jobdeck-inactive';

/** Identifies the row of an inactive schedule. */
export function inactiveUri(file: string, name: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${name}`, query: file });
}

export function registerInactiveColor(): vscode.Disposable {
  const color = new vscode.ThemeColor('disabledForeground');
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => (uri.scheme === scheme ? { color } : undefined),
  });
}
