/** Writes a schedule to a definition file, and activates it. */
import type * as vscode from 'vscode';
import { send } from '../commandKit/send.ts';
import { type ActivateDeps, activateDefinitions, agree } from '../definitions/activate.ts';
import type { Changed } from '../definitions/writeDefinitions.ts';
import { textOf, writeDefinitions } from '../definitions/writeDefinitions.ts';

export type WriteScheduleDeps = ActivateDeps;

/**
 * Changes the file, and activates the change if nothing else would become active with it. Otherwise asks, with everything
 * that would run.
 */
export async function writeSchedule(
  deps: WriteScheduleDeps,
  uri: vscode.Uri,
  change: (text: string | null) => Changed,
): Promise<void> {
  const before = (await send(deps, (client) => client.definitions())).files.find(({ path }) => path === uri.fsPath);
  const text = await textOf(uri);
  const isCurrent = before !== undefined && before.pending === null;
  await writeDefinitions(uri, text, change(text));
  await deps.definitions.refresh();
  const file = deps.definitions.files.find((one) => one.uri.fsPath === uri.fsPath);
  // The daemon applies changes of the file in its home by itself.
  if (file === undefined || file.folder === null) return;
  const isAlone = before === undefined && file.reading.schedules + file.reading.queues <= 1;
  if (isCurrent || isAlone) await agree(deps, file);
  else await activateDefinitions(deps, uri.fsPath);
}
