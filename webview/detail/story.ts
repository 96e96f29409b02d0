/** What happened: the cause of a failure, an obstacle, the progress, the result, the jobs of a group, and the timeline. */
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { colorClass } from '../looks.ts';
import { type Folds, foldable, icon, json, output, time } from '../parts.ts';
import { fill, strings } from '../strings.ts';
import type { Actions } from './header.ts';
import type { CauseView } from './view/cause.ts';
import type { ObstacleView } from './view/obstacle.ts';
import type { ResultRow } from './view/result.ts';
import type { JobView, ProgressView, TimelineEntry } from './view/view.ts';
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

/** Why the attempt failed. */
export function causeSection({ text, message, hint }: CauseView): TemplateResult {
  return html`
    <section class="cause" aria-label=${strings.error}>
      <p class="cause-text">${text}</p>
      ${message === null ? nothing : html`<p class="cause-more">${message}</p>`}
      ${hint === null ? nothing : html`<p class="cause-more quiet">${hint}</p>`}
    </section>
  `;
}

/** What the job waits for. */
export function obstacleLine({ icon: name, text }: ObstacleView): TemplateResult {
  return html`<p class="obstacle">${icon(name, name === 'loading')}<span>${text}</span></p>`;
}

export function progressSection({ share, active, text, phase, message }: ProgressView): TemplateResult {
  const moving = share === null && active;
  const bar = html`
    <vscode-progress-bar
      aria-label=${strings.progress}
      .value=${(share ?? 0) * 100}
      .indeterminate=${moving}
    ></vscode-progress-bar>
  `;
  return html`
    <div class="progress">
      <p class="progress-text">
        ${text === null ? nothing : html`<strong>${text}</strong>`}
        ${phase === null ? nothing : html`<span>${phase}</span>`}
        ${message === null ? nothing : html`<span class="quiet">${message}</span>`}
      </p>
      ${share !== null || moving ? bar : nothing}
    </div>
  `;
}

/** Output or traceback of a job whose log is elsewhere. */
export function errorOutput(details: string): TemplateResult {
  return output(strings.error, details);
}

export function resultList(rows: ResultRow[]): TemplateResult {
  return html`
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
  `;
}

/** The jobs of a group, shown instead of a log. Their tab is their heading. */
export function jobsSection({ items, counts, total }: NonNullable<JobView['jobs']>, actions: Actions): TemplateResult {
  const view: WaterfallView = { items, counts, total, heading: waterfallStrings.job, label: strings.groupJobs };
  const parts: RowParts = { open: (id) => actions.run('showJob', id), action: () => nothing, more: () => nothing };
  return html`<jobdeck-waterfall .view=${view} .parts=${parts}></jobdeck-waterfall>`;
}

/** Name of the section that is expanded when the whole timeline is shown. */
export const timelineFold = 'timeline';

/** Newest first. */
export function timelineList({ entries, total }: JobView['timeline'], folds: Folds): TemplateResult {
  const more = html`
    <button class="secondary" @click=${() => folds.fold(timelineFold, true)}>
      ${fill(strings.showAllEvents, total)}
    </button>
  `;
  return html`
    ${
      entries.length === 0
        ? html`<p class="quiet">${strings.noEvents}</p>`
        : html`<ol class="timeline" reversed>${entries.map((entry) => timelineItem(entry, folds))}</ol>`
    }
    ${entries.length < total ? more : nothing}
  `;
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
