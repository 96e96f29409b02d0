/**
 * What a click on a row runs. The editor forgets the arguments of a row's command whenever it redraws the row, and a click
 * at that moment fails with “Actual command not found” (microsoft/vscode#173233, `CommandsConverter` in extHostCommands.ts).
 * So the command of a row has no arguments: it takes the row from the selection, which the editor sets first.
 */
import * as vscode from 'vscode';
import { selectedRow } from './selectedRow.ts';

/** What to run for a row. */
export interface RowAction {
  readonly command: string;
  readonly arguments: readonly unknown[];
}

/** Registers the command of the rows of a view. `actionOf` returns nothing for rows that a click only selects. */
export function registerOpenRow<Node>(
  command: string,
  view: { readonly selection: readonly Node[] },
  actionOf: (node: Node) => RowAction | undefined,
): vscode.Disposable {
  return vscode.commands.registerCommand(command, async () => {
    const node = await selectedRow(view);
    const action = node && actionOf(node);
    if (action !== undefined) await vscode.commands.executeCommand(action.command, ...action.arguments);
  });
}
