/** The side column: times, durations of similar jobs, attempts, details, actions, raw data. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Folds, foldable, icon, json, lookIcon, section, time } from '../parts.ts';
import { strings } from '../strings.ts';
import type { Actions } from './header.ts';
import type { CapabilityView, Fact, RawData } from './view/facts.ts';
import type { HistoryView } from './view/history.ts';
import type { AttemptView, JobView } from './view/view.ts';

/** `plot` draws the durations of similar jobs. */
export function side(view: JobView, plot: HTMLElement, actions: Actions, folds: Folds): TemplateResult {
  return html`
    <aside class="side" aria-label=${strings.about}>
      ${section('times', strings.times, facts(view.times, actions))}
      ${view.history === null ? nothing : section('history', strings.history, history(view.history, plot, actions, folds))}
      ${view.uses.length === 0 ? nothing : section('uses', strings.uses, facts(view.uses, actions))}
      ${view.attempts.length === 0 ? nothing : section('attempts', strings.attempts, attempts(view.attempts))}
      ${view.links.length === 0 ? nothing : section('links', strings.links, links(view.links))}
      ${section('details', strings.details, facts(view.details, actions))}
      ${section('capabilities', strings.capabilities, capabilities(view.capabilities))}
      ${
        view.raw.length === 0
          ? nothing
          : section(
              'raw',
              strings.rawData,
              view.raw.map((one) => rawData(one, folds)),
            )
      }
    </aside>
  `;
}

/** Links, which the editor opens in the browser. */
function links(pages: JobView['links']): TemplateResult {
  return html`
    <ul class="links">
      ${pages.map(({ label, url }) => html`<li>${icon('link-external')}<a href=${url} title=${url}><bdi>${label}</bdi></a></li>`)}
    </ul>
  `;
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

function attempts(views: AttemptView[]): TemplateResult {
  return html`
    <ul class="attempts">
      ${views.map(
        (view) => html`
          <li>
            ${lookIcon(view.look)}
            <span class="attempt-number">${view.number}</span>
            <span class="attempt-notes">
              <span>${view.word}</span>
              ${view.notes.map((note) => html`<span class="quiet">${note}</span>`)}
            </span>
          </li>
        `,
      )}
    </ul>
  `;
}

function capabilities(views: CapabilityView[]): TemplateResult {
  return html`
    <dl class="facts">
      ${views.map(
        ({ label, reason }) => html`
          <div>
            <dt>${label}</dt>
            <dd>${reason === null ? html`${icon('check')}${strings.possible}` : html`<span class="quiet">${reason}</span>`}</dd>
          </div>
        `,
      )}
    </dl>
  `;
}

function rawData({ name, label, value }: RawData, folds: Folds): TemplateResult {
  return foldable(folds, `raw-${name}`, label, () => json(label, value));
}
