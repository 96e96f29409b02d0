/** Activates the queues and schedules of a definition file of this window, after showing what they run. */

import { describeCron } from '../../shared/cadence.ts';
import type { DefinitionFile as ActiveFile } from '../../shared/definitions/wire.ts';
import { formatCommand } from '../../shared/format.ts';
import { visible } from '../../shared/visible.ts';
import { messageText, oneLine, type Translate } from '../base/text.ts';
import { confirm } from '../commandKit/confirm.ts';
import type { MessageDeps, RequestDeps } from '../commandKit/deps.ts';
import { pickOne } from '../commandKit/quickInput.ts';
import { send } from '../commandKit/send.ts';
import { counted } from './activationOffer.ts';
import type { DefinitionFile, DefinitionFiles } from './definitionFiles.ts';
import { reviewDefinitions } from './review.ts';

/** Maximum number of schedules and characters per line in the question. */
const shownSchedules = 12;
const lineLength = 120;

export interface ActivateDeps extends RequestDeps, MessageDeps {
  readonly definitions: Pick<DefinitionFiles, 'files' | 'refresh'>;
}

/** Asks for the file with the given path, the only inactive one, or one from a picker, and activates it. */
export async function activateDefinitions(deps: ActivateDeps, given: unknown): Promise<void> {
  const { t } = deps;
  await deps.definitions.refresh();
  const active = (await send(deps, (client) => client.definitions())).files;
  const inactive = deps.definitions.files.filter((file) => file.folder !== null && isInactive(file, active));
  const path = pathIn(given);
  const pending = active.find((file) => file.path === path && file.pending !== null);
  if (pending !== undefined) return reviewDefinitions(deps, pending.path);
  const file = await chosen(inactive, path, t);
  if (file === null) return deps.showMessage(t('No inactive schedules.'));
  if (file === undefined) return;
  const question = t('Activate {0} of {1}?', counted(file.reading, t), file.uri.fsPath);
  if (await confirm(question, scheduleLines(file, t), t('Activate'))) await agree(deps, file);
}

/** Activates exactly what the file contains now, and says what is wrong with the rest. */
export async function agree(deps: RequestDeps & MessageDeps, { folder, reading }: DefinitionFile): Promise<void> {
  if (folder === null) return;
  const { digest } = reading;
  const { problems } = await send(deps, (client) => client.addDefinitions(folder.uri.fsPath, digest ?? undefined));
  const [problem] = problems;
  if (problem !== undefined) deps.showMessage(messageText(problem, deps.t));
}

/** Whether a file has queues or schedules and the daemon doesn't know it. */
export function isInactive({ uri, reading }: DefinitionFile, active: readonly ActiveFile[]): boolean {
  return reading.queues + reading.schedules > 0 && !active.some(({ path }) => path === uri.fsPath);
}

/** The schedules with their commands. Characters that could hide something are shown as escapes. */
export function scheduleLines({ reading }: Pick<DefinitionFile, 'reading'>, t: Translate): string {
  const cut = (line: string) => visible(oneLine(line, lineLength));
  const schedules = reading.jobs.flatMap(({ name, definition }) => {
    const { schedule, command = '' } = definition ?? {};
    if (schedule === undefined) return [];
    const cron = typeof schedule === 'string' ? schedule : schedule.cron;
    const line = formatCommand(typeof command === 'string' ? { shell: command } : { argv: command });
    return [`${cut(name)}: ${cut(describeCron(cron, t))}\n    ${cut(line)}`];
  });
  const more = schedules.length - shownSchedules;
  return [...schedules.slice(0, shownSchedules), ...(more > 0 ? [t('… and {0} more', more)] : [])].join('\n');
}

/** Null if there is none, undefined if dismissed. */
async function chosen(
  files: readonly DefinitionFile[],
  path: string | undefined,
  t: Translate,
): Promise<DefinitionFile | null | undefined> {
  if (path !== undefined) return files.find(({ uri }) => uri.fsPath === path) ?? null;
  if (files.length <= 1) return files[0] ?? null;
  const items = files.map((file) => ({ label: file.uri.fsPath, file }));
  return (await pickOne(items, { placeHolder: t('Select a definition file') }))?.file;
}

/** The path in an argument: itself, or that of a row. */
function pathIn(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null || !('file' in given)) return undefined;
  return typeof given.file === 'string' ? given.file : undefined;
}
