/** The main column except the log: error, progress, result and timeline. */
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { colorClass } from '../looks.ts';
import { type Folds, foldable, icon, json, output, section, time } from '../parts.ts';
import { fill, strings } from '../strings.ts';
import type { Actions } from './header.ts';
import { stepList } from './stepList.ts';
import type { ResultRow } from './view/result.ts';
import type { ErrorView, JobView, ProgressView, TimelineEntry } from './view/view.ts';
import type { RowParts, WaterfallView } from './waterfall/element.ts';
import { waterfallStrings } from './waterfall/strings.ts';

export function olderAttempt(
  { attempt, latest }: NonNullable<JobView['older']>,
  showLatest: () => void,
): TemplateResult {
  return html`
    <div class="banner banner-info">
      ${icon('history')}
      <div class="banner-text"><p>${fill(strings.olderAttempt, attempt, latest)}</p></div>
      <button @click=${showLatest}>${strings.showLatest}</button>
    </div>
  `;
}

export function errorSection({ heading, message, code, hint, details }: ErrorView): TemplateResult {
  return section(
    'error',
    heading,
    html`
      <p class="error-message">${message}</p>
      ${hint === null ? nothing : html`<p class="error-hint">${icon('lightbulb')}<span>${hint}</span></p>`}
      ${details === null || details === '' ? nothing : html`<h3>${strings.lastOutput}</h3>${output(strings.lastOutput, details)}`}
      <p class="quiet"><code>${code}</code></p>
    `,
  );
}

export function progressSection(
  { share, active, text, phase, message, steps }: ProgressView,
  folds: Folds,
  actions: Actions,
): TemplateResult {
  const moving = share === null && active;
  const bar = html`
    <vscode-progress-bar
      aria-label=${strings.progress}
      .value=${(share ?? 0) * 100}
      .indeterminate=${moving}
    ></vscode-progress-bar>
  `;
  return section(
    'progress',
    strings.progress,
    html`
      ${share !== null || moving ? bar : nothing}
      <p class="progress-text">
        ${text === null ? nothing : html`<strong>${text}</strong>`}
        ${phase === null ? nothing : html`<span>${phase}</span>`}
        ${message === null ? nothing : html`<span class="quiet">${message}</span>`}
      </p>
      ${steps.length === 0 ? nothing : stepList(steps, folds, actions)}
    `,
  );
}

export function resultSection(rows: ResultRow[]): TemplateResult {
  return section(
    'result',
    strings.result,
    html`
      <dl class="facts">
        ${rows.map(
          ({ label, value, items }) => html`
            <div>
              ${label === null ? nothing : html`<dt>${label}</dt>`}
              <dd>
                ${value}
                ${items.length === 0 ? nothing : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`}
              </dd>
            </div>
          `,
        )}
      </dl>
    `,
  );
}

/** The jobs of a group, shown instead of a log. */
export function jobsSection({ items, counts, total }: NonNullable<JobView['jobs']>, actions: Actions): TemplateResult {
  const view: WaterfallView = { items, counts, total, heading: waterfallStrings.job, label: strings.groupJobs };
  const parts: RowParts = { open: (id) => actions.run('showJob', id), action: () => nothing, more: () => nothing };
  return section(
    'jobs',
    strings.groupJobs,
    html`<jobdeck-waterfall .view=${view} .parts=${parts}></jobdeck-waterfall>`,
  );
}

/** Name of the section that is expanded when the whole timeline is shown. */
export const timelineFold = 'timeline';

/** Newest first. */
export function timelineSection({ entries, total }: JobView['timeline'], folds: Folds): TemplateResult {
  const more = html`
    <button class="secondary" @click=${() => folds.fold(timelineFold, true)}>
      ${fill(strings.showAllEvents, total)}
    </button>
  `;
  return section(
    'timeline',
    strings.timeline,
    html`
      ${
        entries.length === 0
          ? html`<p class="quiet">${strings.noEvents}</p>`
          : html`<ol class="timeline" reversed>${entries.map((entry) => timelineItem(entry, folds))}</ol>`
      }
      ${entries.length < total ? more : nothing}
    `,
  );
}

function timelineItem({ id, at, look, level, message, context }: TimelineEntry, folds: Folds): TemplateResult {
  return html`
    <li>
      <span class="look ${colorClass(look)}" title=${level}>${icon(look.icon)}<span class="unseen">${level}</span></span>
      ${time(at)}
      <div class="entry">
        <span>${message}</span>
        ${context === null ? nothing : foldable(folds, `event-${id}`, strings.context, () => json(strings.context, context))}
      </div>
    </li>
  `;
}
