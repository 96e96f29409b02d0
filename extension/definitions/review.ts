/** Shows the inactive changes of a definition file, and activates them after confirmation. */
import type { DefinitionChange, DefinitionFile } from '../../shared/definitions/wire.ts';
import { visible } from '../../shared/visible.ts';
import { oneLine, type Translate } from '../base/text.ts';
import { confirm } from '../commandKit/confirm.ts';
import type { MessageDeps, RequestDeps } from '../commandKit/deps.ts';
import { pickOne } from '../commandKit/quickInput.ts';
import { send } from '../commandKit/send.ts';
import { pendingFiles } from './pendingChanges.ts';

/** Maximum number of lines and characters in the question. */
const shownLines = 30;
const lineLength = 160;

export type ReviewDeps = RequestDeps & MessageDeps;

/** Reviews the file with the given path, the only changed one, or one from a picker. */
export async function reviewDefinitions(deps: ReviewDeps, given: unknown): Promise<void> {
  const { t } = deps;
  const { files } = await send(deps, (client) => client.definitions());
  const file = await chosen(pendingFiles(files), given, t);
  if (file === null) return deps.showMessage(t('No changes to review.'));
  if (file === undefined) return;
  const { path, workspace, pending } = file;
  if (workspace === null || pending === null) return;
  const question = t('Activate the changes of {0}?', path);
  if (!(await confirm(question, changeLines(pending.changes, path, t), t('Activate')))) return;
  await send(deps, (client) => client.addDefinitions(workspace, pending.digest));
}

/** Null if there is none, undefined if dismissed. */
async function chosen(
  files: readonly DefinitionFile[],
  given: unknown,
  t: Translate,
): Promise<DefinitionFile | null | undefined> {
  if (typeof given === 'string') return files.find(({ path }) => path === given) ?? null;
  if (files.length <= 1) return files[0] ?? null;
  const items = files.map((file) => ({ label: file.path, file }));
  return (await pickOne(items, { placeHolder: t('Select a definition file') }))?.file;
}

const signs = { added: '+', removed: '-', changed: '~' };

/** The changes in the form of a diff. Characters that could hide something are shown as escapes. */
export function changeLines(changes: readonly DefinitionChange[], path: string, t: Translate): string {
  const cut = (line: string) => visible(oneLine(line, lineLength));
  const lines = changes.flatMap(({ kind, name, change, fields }) => [
    `${signs[change]} ${kind === 'job' ? t('Job {0}', cut(name)) : t('Queue {0}', cut(name))}`,
    ...fields.flatMap(({ field, before, after }) => [
      ...(before === null ? [] : [`    - ${cut(field)}: ${cut(before)}`]),
      ...(after === null ? [] : [`    + ${cut(field)}: ${cut(after)}`]),
    ]),
  ]);
  if (lines.length <= shownLines) return lines.join('\n');
  const rest = t('… {0} more lines. To see all: jobdeck define review {1}', lines.length - shownLines, path);
  return [...lines.slice(0, shownLines), rest].join('\n');
}
