/** The parts of the page, one of which is shown: the log, and what there is beside it. */
import { html, nothing, type TemplateResult } from 'lit';
import { stepTo } from '../roving.ts';
import { strings } from '../strings.ts';
import type { JobView } from './view/view.ts';

export type TabName = 'log' | 'jobs' | 'error' | 'steps' | 'result' | 'timeline' | 'attempts' | 'details' | 'raw';

export interface Tab {
  name: TabName;
  label: string;
  /** Number of entries; null where it says nothing. */
  count: number | null;
}

/** ID of the element with the content of the selected tab. */
export const tabPanelId = 'tab-content';

export const tabId = (name: TabName) => `tab-${name}`;

/** The tabs of a job, the most important one first. What it doesn't have takes no room. */
export function tabsOf(job: JobView): Tab[] {
  const tab = (name: TabName, label: string, has: boolean, count: number | null = null): Tab[] =>
    has ? [{ name, label, count }] : [];
  return [
    ...tab('jobs', strings.groupJobs, job.jobs !== null),
    ...tab('log', strings.log, job.log !== null),
    ...tab('steps', strings.steps, job.steps.length > 0, job.steps.length),
    ...tab('error', strings.error, job.cause?.details != null),
    ...tab('result', strings.result, job.result.length > 0),
    ...tab('timeline', strings.timeline, true),
    ...tab('attempts', strings.attempts, job.attempts.length > 1, job.attempts.length),
    ...tab('details', strings.details, true),
    ...tab('raw', strings.rawData, job.raw.length > 0),
  ];
}

/** The tab to show: the one that the reader selected if the job has it, otherwise the first one. */
export function shownTab(tabs: readonly Tab[], wanted: string | null): TabName {
  return (tabs.find(({ name }) => name === wanted) ?? tabs[0])?.name ?? 'details';
}

/** An arrow key selects the next tab immediately, like a click. */
export function tabList(tabs: readonly Tab[], shown: TabName, select: (name: TabName) => void): TemplateResult {
  const key = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ name }) => name === shown);
    const to = event.ctrlKey || event.metaKey || event.altKey ? null : stepTo(event.key, at, tabs.length);
    const tab = to === null ? undefined : tabs[to];
    if (tab === undefined) return;
    event.preventDefault();
    select(tab.name);
    document.getElementById(tabId(tab.name))?.focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${strings.parts} @keydown=${key}>
      ${tabs.map(
        ({ name, label, count }) => html`
          <button
            id=${tabId(name)}
            class="tab"
            role="tab"
            aria-selected=${name === shown}
            aria-controls=${tabPanelId}
            tabindex=${name === shown ? 0 : -1}
            @click=${() => select(name)}
          >
            <span>${label}</span>${count === null ? nothing : html`<span class="count">${count}</span>`}
          </button>
        `,
      )}
    </div>
  `;
}
