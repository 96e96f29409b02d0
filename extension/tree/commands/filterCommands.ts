/** Commands that filter the jobs view. */
import type * as vscode from 'vscode';
import { parseWhen, whenForms } from '../../../shared/when.ts';
import type { Translate } from '../../base/text.ts';
import type { CommandTable } from '../../commandKit/command.ts';
import type { MessageDeps, RequestDeps } from '../../commandKit/deps.ts';
import { askText, heading, pickMany, pickOne } from '../../commandKit/quickInput.ts';
import { send } from '../../commandKit/send.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import type { JobsModel } from '../../daemon/jobsModel.ts';
import { readRange } from '../filter/dateRange.ts';
import { type JobFilter, noFilter } from '../filter/filter.ts';
import { countFacets, type FacetCounts, type FilterItem, filterItems, together } from '../filter/filterItems.ts';
import { searchWords } from '../filter/searchWords.ts';
import { localDay } from '../groups.ts';
import type { JobsView } from '../jobsView.ts';

type FilterCommandName = 'filter' | 'clearFilter' | 'search' | 'filterByDate';

export interface FilterDeps extends RequestDeps, MessageDeps {
  readonly model: Pick<JobsModel, 'all'>;
  readonly view: Pick<JobsView, 'tree' | 'setFilter'>;
}

export function filterCommands(deps: FilterDeps): Pick<CommandTable, FilterCommandName> {
  return {
    filter: { offline: 'offer', run: () => filter(deps) },
    clearFilter: { offline: 'works', run: async () => deps.view.setFilter(noFilter) },
    search: { offline: 'offer', run: () => search(deps) },
    filterByDate: { offline: 'offer', run: () => filterByDate(deps) },
  };
}

async function filter(deps: FilterDeps): Promise<void> {
  const { view, t, showMessage } = deps;
  const items = filterItems(await countedFacets(deps), view.tree.filter, t);
  if (items.length === 0) return showMessage(t('Nothing to filter by. All jobs have the same properties.'));
  const lines = items.flatMap((item, index): (vscode.QuickPickItem & Partial<FilterItem>)[] => [
    ...(item.facet === items[index - 1]?.facet ? [] : [heading(headingOf(item, t))]),
    item,
  ]);
  const picked = await pickMany(lines, { placeHolder: t('Select the jobs to show (no selection shows all jobs)') });
  if (picked !== undefined) view.setFilter(together(picked.flatMap(({ part }) => part ?? [])));
}

/** Counts jobs by facet value: from the daemon, or from the window's jobs if the daemon can't be asked. */
async function countedFacets(deps: FilterDeps): Promise<FacetCounts> {
  try {
    return await send(deps, (client) => client.facets());
  } catch (thrown) {
    const { code } = toJobdeckError(thrown);
    // An older daemon, or none at the moment: fall back to the known jobs.
    if (code === 'ROUTE_NOT_FOUND' || code === 'DAEMON_UNREACHABLE') return countFacets(deps.model.all());
    throw thrown;
  }
}

async function search({ view, t }: FilterDeps): Promise<void> {
  const { text: before, ...others } = view.tree.filter;
  const text = await askText({
    title: t('Search Jobs'),
    prompt: t(
      'Words from the title, command, message or error. The last word can be incomplete. Leave empty to show all jobs.',
    ),
    value: before ?? '',
    validateInput: (value) =>
      value.trim() !== '' && searchWords(value).words.length === 0
        ? t('Enter at least one letter or digit.')
        : undefined,
  });
  if (text !== undefined) view.setFilter(text.trim() === '' ? others : { ...others, text });
}

interface DateItem extends vscode.QuickPickItem {
  /** Null for a range that the user types. */
  readonly range: Pick<JobFilter, 'since' | 'until'> | null;
}

async function filterByDate({ view, t }: FilterDeps): Promise<void> {
  const { since, until, endedSince, endedUntil, ...others } = view.tree.filter;
  const today = localDay(Date.now());
  const yesterday = localDay(parseWhen('yesterday', Date.now())?.from ?? 0);
  const items: DateItem[] = [
    { label: t('Today'), range: { since: today } },
    { label: t('Yesterday'), range: { since: yesterday, until: yesterday } },
    { label: t('Last 7 Days'), range: { since: '7d' } },
    { label: t('Last 30 Days'), range: { since: '30d' } },
    { label: t('Custom Range…'), range: null },
    { label: t('Any Time'), range: {} },
  ];
  const picked = await pickOne(items, { placeHolder: t('Select when the jobs were created') });
  if (picked === undefined) return;
  if (picked.range !== null) return view.setFilter({ ...others, ...picked.range });
  const text = await askText({
    title: t('Filter Jobs by Date'),
    prompt: t('A day, a duration such as 7d, or a range such as {0}', '2026-03-01 to 2026-03-15'),
    value: [since, until].filter((one) => one !== undefined).join(' to '),
    validateInput: (value) => (readRange(value, Date.now()) === null ? t('Use {0}.', t(whenForms)) : undefined),
  });
  const range = text === undefined ? null : readRange(text, Date.now());
  if (range !== null) view.setFilter({ ...others, ...range });
}

function headingOf({ facet }: FilterItem, t: Translate): string {
  switch (facet) {
    case null:
      return t('Text and Date');
    case 'status':
      return t('Status');
    case 'type':
      return t('Type');
    case 'tag':
      return t('Tag');
    case 'workspace':
      return t('Workspace');
    case 'queue':
      return t('Queue');
    case 'trigger':
      return t('Trigger');
    case 'engine':
      return t('Engine');
    case 'connection':
      return t('Connection');
  }
}
