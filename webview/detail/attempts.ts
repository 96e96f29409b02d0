/** The choice of the attempt that the page shows, and the table of all attempts. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon, lookIcon, time } from '../parts.ts';
import { fill, strings } from '../strings.ts';
import type { AttemptView } from './view/view.ts';

/** In the header. Latest first. Nothing for a single attempt. */
export function attemptChoice(
  attempts: readonly AttemptView[],
  select: (attempt: AttemptView) => void,
): TemplateResult | typeof nothing {
  if (attempts.length < 2) return nothing;
  const changed = ({ target }: Event) => {
    const chosen = attempts.find(
      ({ number }) => target instanceof HTMLSelectElement && String(number) === target.value,
    );
    if (chosen !== undefined) select(chosen);
  };
  return html`
    <span class="choice">
      <select aria-label=${strings.attempt} @change=${changed}>
        ${attempts.map(
          ({ number, word, selected }) => html`
            <option value=${number} .selected=${selected}>${fill(strings.attemptIs, number, word)}</option>
          `,
        )}
      </select>
      ${icon('chevron-down')}
    </span>
  `;
}

/** Latest first. Selecting an attempt shows it everywhere on the page. */
export function attemptTable(attempts: readonly AttemptView[], select: (attempt: AttemptView) => void): TemplateResult {
  return html`
    <table class="attempts">
      <caption class="unseen">${strings.attempts}</caption>
      <thead>
        <tr>
          <th scope="col">${strings.attempt}</th>
          <th scope="col">${strings.status}</th>
          <th scope="col" class="number">${strings.duration}</th>
          <th scope="col">${strings.started}</th>
          <th scope="col">${strings.error}</th>
        </tr>
      </thead>
      <tbody>
        ${attempts.map((attempt) => attemptRow(attempt, select))}
      </tbody>
    </table>
  `;
}

function attemptRow(attempt: AttemptView, select: (attempt: AttemptView) => void): TemplateResult {
  const { number, look, word, ending, duration, started, error, selected } = attempt;
  return html`
    <tr aria-current=${selected}>
      <th scope="row">
        <button class="link" @click=${() => select(attempt)}>${fill(strings.attemptNumber, number)}</button>
      </th>
      <td>${lookIcon(look)} ${[word, ...(ending === null ? [] : [ending])].join(' · ')}</td>
      <td class="number">${duration ?? ''}</td>
      <td>${time(started)}</td>
      <td>${error ?? ''}</td>
    </tr>
  `;
}
