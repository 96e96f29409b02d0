/** Commands that sort and group the jobs view and load more of its history. */
import type * as vscode from 'vscode';
import type { Translate } from '../../base/text.ts';
import type { CommandTable } from '../../commandKit/command.ts';
import type { MessageDeps } from '../../commandKit/deps.ts';
import { heading, pickOne } from '../../commandKit/quickInput.ts';
import { type Arrangement, type GroupKey, groupKeys, type SortKey, sortKeys } from '../arrangement.ts';
import type { JobsView } from '../jobsView.ts';

type ArrangeCommandName = 'arrange' | 'loadMore';

export interface ArrangeDeps extends MessageDeps {
  readonly view: Pick<JobsView, 'tree' | 'setArrangement' | 'revealFirst' | 'selectedSection'>;
}

export function arrangeCommands(deps: ArrangeDeps): Pick<CommandTable, ArrangeCommandName> {
  return {
    arrange: { offline: 'works', run: () => arrange(deps) },
    loadMore: { offline: 'offer', run: (args) => loadMore(deps, args[0]) },
  };
}

interface ArrangeItem extends vscode.QuickPickItem {
  readonly change?: Partial<Arrangement>;
}

async function arrange({ view, t }: ArrangeDeps): Promise<void> {
  const current = view.tree.arrangement;
  const item = (label: string, isCurrent: boolean, change: Partial<Arrangement>): ArrangeItem => ({
    label: `$(${isCurrent ? 'check' : 'blank'}) ${label}`,
    description: isCurrent ? t('current') : undefined,
    change,
  });
  const picked = await pickOne<ArrangeItem>(
    [
      heading(t('Sort by')),
      ...sortKeys.map((sort) => item(sortName(sort, t), sort === current.sort, { sort })),
      heading(t('Group by')),
      ...groupKeys.map((group) => item(groupName(group, t), group === current.group, { group })),
    ],
    { placeHolder: t('Select how to sort or group jobs') },
  );
  if (picked?.change !== undefined) view.setArrangement({ ...current, ...picked.change });
}

/** Loads the next page of a section: the given one, or the one whose row is selected. Otherwise of all sections. */
async function loadMore({ view, t, showMessage }: ArrangeDeps, given: unknown): Promise<void> {
  const section = given ?? view.selectedSection();
  const sections = view.tree.moreSections();
  const wanted = sections.includes(section as (typeof sections)[number])
    ? sections.filter((one) => one === section)
    : sections;
  if (wanted.length === 0) return showMessage(t('All jobs are already shown.'));
  // The second click of a double click.
  if (section !== undefined && wanted.every((one) => view.tree.older.more(one)?.loading)) return;
  const before = new Set(view.tree.older.all().map(({ id }) => id));
  await Promise.all(wanted.map((one) => view.tree.older.load(one)));
  // The selected row has moved or is gone. Continue at the first new job.
  if (section === undefined) return;
  await view.revealFirst(view.tree.older.all().flatMap(({ id }) => (before.has(id) ? [] : [id])));
}

function sortName(sort: SortKey, t: Translate): string {
  switch (sort) {
    case 'newest':
      return t('Newest First');
    case 'oldest':
      return t('Oldest First');
    case 'title':
      return t('Title');
    case 'duration':
      return t('Duration, Longest First');
    case 'priority':
      return t('Priority');
  }
}

function groupName(group: GroupKey, t: Translate): string {
  switch (group) {
    case 'status':
      return t('Status');
    case 'type':
      return t('Type');
    case 'workspace':
      return t('Workspace');
    case 'day':
      return t('Day');
    case 'none':
      return t('None');
  }
}
