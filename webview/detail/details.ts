/** The tabs “Details” and “Raw Data”: facts about the job, durations of similar jobs, and JSON. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Content, type Folds, foldable, icon, json, section, time } from '../parts.ts';
import { strings } from '../strings.ts';
import type { Actions } from './header.ts';
import type { Fact } from './view/facts.ts';
import type { HistoryView } from './view/history.ts';
import type { JobView } from './view/view.ts';

/** `plot` draws the durations of similar jobs. */
export function details(view: JobView, plot: HTMLElement, actions: Actions, folds: Folds): TemplateResult {
  const part = (id: string, heading: string, has: boolean, content: () => Content) =>
    has ? section(id, heading, content()) : nothing;
  return html`
    <div class="parts">
      ${part('details', strings.job, view.details.length > 0, () => facts(view.details, actions))}
      ${part('times', strings.times, true, () => facts(view.times, actions))}
      ${part('uses', strings.uses, view.uses.length > 0, () => facts(view.uses, actions))}
      ${view.history === null ? nothing : section('history', strings.history, history(view.history, plot, actions, folds))}
    </div>
  `;
}

export function rawData(raw: JobView['raw']): TemplateResult[] {
  return raw.map(({ name, label, value }) => section(`raw-${name}`, label, json(label, value)));
}

function facts(rows: Fact[], actions: Actions): TemplateResult {
  return html`<dl class="facts">${rows.map((row) => fact(row, actions))}</dl>`;
}

function fact({ label, value, code, action }: Fact, actions: Actions): TemplateResult {
  const shown = typeof value === 'string' ? html`<bdi>${value}</bdi>` : time(value);
  const button =
    action === null
      ? nothing
      : html`
          <button
            class="icon-button"
            data-action=${action.action}
            aria-label=${action.label}
            title=${action.label}
            @click=${() => actions.run(action.action, action.jobId)}
          >
            ${icon(action.icon)}
          </button>
        `;
  return html`
    <div>
      <dt>${label}</dt>
      <dd class=${action === null ? '' : 'with-action'}>${code ? html`<code>${shown}</code>` : shown}${button}</dd>
    </div>
  `;
}

function history({ runs, note }: HistoryView, plot: HTMLElement, actions: Actions, folds: Folds): TemplateResult[] {
  return [
    html`${plot}`,
    html`<p class="quiet">${note}</p>`,
    foldable(folds, 'history', strings.asTable, () => historyTable(runs, actions)),
  ];
}

/** Latest first. */
function historyTable(runs: HistoryView['runs'], actions: Actions): TemplateResult {
  return html`
    <table>
      <caption class="unseen">${strings.history}</caption>
      <thead>
        <tr>
          <th scope="col">${strings.ended}</th>
          <th scope="col">${strings.status}</th>
          <th scope="col" class="number">${strings.duration}</th>
        </tr>
      </thead>
      <tbody>
        ${[...runs].reverse().map(
          ({ id, word, duration, ended, label, current }) => html`
            <tr aria-current=${current}>
              <th scope="row">
                <button class="link" title=${label} @click=${() => actions.run('showJob', id)}>
                  ${ended === null ? strings.stillRunning : time(ended)}
                </button>
              </th>
              <td>${word}</td>
              <td class="number">${duration}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
