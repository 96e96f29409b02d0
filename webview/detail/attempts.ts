/** A tab for each attempt, above the attempt's error and log. */
import { html, type TemplateResult } from 'lit';
import { lookIcon } from '../parts.ts';
import { stepTo } from '../roving.ts';
import { fill, strings } from '../strings.ts';
import type { AttemptView } from './view/view.ts';

/** ID of the element with the content of the selected attempt. */
export const attemptPanelId = 'attempt';

export const attemptTabId = ({ number }: Pick<AttemptView, 'number'>) => `tab-attempt-${number}`;

/** `attempts`: latest first. An arrow key selects the next one immediately, like a click. */
export function attemptTabs(attempts: readonly AttemptView[], select: (attempt: AttemptView) => void): TemplateResult {
  const tabs = [...attempts].reverse();
  const key = (event: KeyboardEvent) => {
    // Relative to the focused tab, because the extension confirms the selection only later.
    const at = tabs.findIndex((tab) => attemptTabId(tab) === document.activeElement?.id);
    const to = event.ctrlKey || event.metaKey || event.altKey ? null : stepTo(event.key, at, tabs.length);
    const tab = to === null ? undefined : tabs[to];
    if (tab === undefined) return;
    event.preventDefault();
    select(tab);
    document.getElementById(attemptTabId(tab))?.focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${strings.attempts} @keydown=${key}>
      ${tabs.map(
        (tab) => html`
          <button
            id=${attemptTabId(tab)}
            class="tab"
            role="tab"
            data-attempt=${tab.number}
            aria-selected=${tab.selected}
            aria-controls=${attemptPanelId}
            tabindex=${tab.selected ? 0 : -1}
            title=${tab.word}
            @click=${() => select(tab)}
          >
            ${lookIcon(tab.look)}<span>${fill(strings.attemptNumber, tab.number)}</span>
            <span class="unseen">${tab.word}</span>
          </button>
        `,
      )}
    </div>
  `;
}
