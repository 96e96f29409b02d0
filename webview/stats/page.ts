/** The statistics page: renders the latest message and sends the reader's actions to the extension. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import {
  type EndStatus,
  endStatuses,
  type ShowJobsMessage,
  type StatsMessage,
  type StatsPageMessage,
} from '../../shared/statsPanel.ts';
import { shownWord, statusLooks } from '../../shared/statusLooks.ts';
import { Announcer } from '../announcer.ts';
import { nextFrame } from '../frame.ts';
import { colorClass } from '../looks.ts';
import { icon, section } from '../parts.ts';
import { fill } from '../strings.ts';
import { t } from '../texts.ts';
import { DayPlot } from './dayPlot.ts';
import { durationBars } from './durationBars.ts';
import { statsStrings as strings } from './strings.ts';
import { texture } from './textures.ts';
import {
  type DayRow,
  type FiguresView,
  formatsFor,
  type ListedType,
  type StatsBanner,
  type StatsView,
  statsViewOf,
  type TypeRow,
} from './view.ts';

export class StatsPage extends LitElement {
  static override properties = { message: { state: true } };

  /** The latest message of the extension. */
  declare message: StatsMessage | null;

  readonly #send: (message: StatsPageMessage) => void;
  readonly #formats = formatsFor(t.language);
  readonly #plot: DayPlot;
  readonly #announcer = new Announcer(this);
  /** The announcement and its period. Numbers that change within the same period are not announced. */
  #announced: { text: string; range: string | null } = { text: '', range: null };

  constructor(send: (message: StatsPageMessage) => void) {
    super();
    this.#send = send;
    this.#plot = new DayPlot(this.#formats, ({ day, status }) => this.#show({ day, status }));
    this.message = null;
  }

  /** No shadow root, so that the page's style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Renders at most once per frame, however many messages arrive. */
  protected override async scheduleUpdate(): Promise<void> {
    await nextFrame();
    super.scheduleUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.message === null) return nothing;
    const view = statsViewOf(this.message, this.#formats);
    if (view.range !== this.#announced.range) this.#announced = { text: view.announcement, range: view.range };
    return html`
      <div class="unseen" role="status" aria-live="polite">${this.#announcer.say(this.#announced.text)}</div>
      <main class="page">
        ${view.banner === null ? nothing : this.#banner(view.banner)}
        ${this.#header(view)}
        ${view.figures === null ? this.#nothing(view) : this.#figures(view.figures)}
      </main>
    `;
  }

  #banner({ tone, text, hint, canStart }: StatsBanner): TemplateResult {
    return html`
      <div class="banner banner-${tone}" role=${tone === 'error' ? 'alert' : 'note'}>
        ${icon(tone)}
        <div class="banner-text">
          <p>${text}</p>
          ${hint === null ? nothing : html`<p class="quiet">${hint}</p>`}
        </div>
        ${
          canStart
            ? html`<button @click=${() => this.#send({ type: 'connect' })}>${strings.startDaemon}</button>`
            : nothing
        }
      </div>
    `;
  }

  #header({ windows, range }: StatsView): TemplateResult {
    return html`
      <header class="stats-header">
        <div>
          <h1>${strings.heading}</h1>
          ${range === null ? nothing : html`<p class="quiet">${range}</p>`}
        </div>
        <div class="windows" role="group" aria-label=${strings.window}>
          ${windows.map(
            ({ days, label, selected }) => html`
              <button
                class="toggle"
                data-days=${days}
                aria-pressed=${selected}
                @click=${() => this.#send({ type: 'window', days })}
              >
                ${label}
              </button>
            `,
          )}
        </div>
      </header>
    `;
  }

  #nothing({ range, banner }: StatsView): TemplateResult | typeof nothing {
    if (range === null) return banner === null ? html`<p class="quiet lonely">${strings.loading}</p>` : nothing;
    return html`<p class="lonely">${strings.none} <span class="quiet">${strings.noneHint}</span></p>`;
  }

  #figures(figures: FiguresView): TemplateResult {
    const { tiles, chart, slowest, failing } = figures;
    this.#plot.chart = chart;
    return html`
      <dl class="tiles" aria-label=${strings.totals}>
        ${tiles.map(
          ({ label, value, note }) => html`
            <div class="tile">
              <dt>${label}</dt>
              <dd class="tile-value">${value}</dd>
              <dd class="quiet">${note}</dd>
            </div>
          `,
        )}
      </dl>
      ${section('days', strings.days, [
        html`<div class="legend">${figures.legend.map((one) => this.#legend(one))}</div>`,
        html`${this.#plot}`,
        this.#dayTable(figures.days),
      ])}
      ${section('types', strings.types, this.#typeTable(figures))}
      <div class="pair">
        ${section('slowest', strings.slowest, this.#list(slowest, strings.noDurations, strings.showType, null))}
        ${section('failing', strings.failing, this.#list(failing, strings.noFailures, strings.showFailedOfType, 'failed'))}
      </div>
    `;
  }

  #legend({ status, count }: FiguresView['legend'][number]): TemplateResult {
    const label = fill(strings.showStatus, shownWord(status, t).toLowerCase());
    return html`
      <button class="toggle" data-status=${status} title=${label} @click=${() => this.#show({ status })}>
        <svg class="swatch" width="12" height="12" aria-hidden="true">
          <rect class=${colorClass(statusLooks[status])} width="12" height="12"></rect>
          ${texture(status, { x: 0, y: 0, width: 12, height: 12 })}
        </svg>
        ${shownWord(status, t)} ${count}
      </button>
    `;
  }

  #dayTable(days: readonly DayRow[]): TemplateResult {
    return html`
      <details class="fold">
        <summary>${icon('chevron-right')}${strings.asTable}</summary>
        <div class="scroller">
          <table>
            <caption class="unseen">${strings.days}</caption>
            <thead>
              <tr>
                <th scope="col">${strings.day}</th>
                ${endStatuses.map((status) => html`<th scope="col" class="number">${shownWord(status, t)}</th>`)}
                <th scope="col" class="number">${strings.processing}</th>
              </tr>
            </thead>
            <tbody>
              ${days.map(
                ({ day, label, counts, time }) => html`
                  <tr>
                    <th scope="row">${label}</th>
                    ${endStatuses.map((status) => html`<td class="number">${this.#count(counts[status], day, status)}</td>`)}
                    <td class="number">${time}</td>
                  </tr>
                `,
              )}
            </tbody>
          </table>
        </div>
      </details>
    `;
  }

  #count(count: number, day: string, status: EndStatus): TemplateResult {
    const text = this.#formats.number(count);
    if (count === 0) return html`<span class="quiet">${text}</span>`;
    const label = fill(strings.dayPart, this.#formats.day(day), shownWord(status, t), text);
    return html`
      <button class="link" title=${label} aria-label=${label} @click=${() => this.#show({ day, status })}>${text}</button>
    `;
  }

  #typeTable({ types, moreTypes }: FiguresView): TemplateResult {
    return html`
      <p class="quiet">${strings.typesHint}</p>
      <table class="types">
        <caption class="unseen">${strings.types}</caption>
        <thead>
          <tr>
            <th scope="col">${strings.type}</th>
            <th scope="col" class="number roomy">${strings.jobsColumn}</th>
            <th scope="col" class="number roomy">${strings.success}</th>
            <td class="wide"></td>
            <th scope="col" class="number">${strings.p50Column}</th>
            <th scope="col" class="number">${strings.p95Column}</th>
          </tr>
        </thead>
        <tbody>
          ${types.map((row) => this.#typeRow(row))}
        </tbody>
      </table>
      ${moreTypes === 0 ? nothing : html`<p class="quiet">${fill(strings.moreTypes, this.#formats.number(moreTypes))}</p>`}
    `;
  }

  #typeRow(row: TypeRow): TemplateResult {
    return html`
      <tr>
        <th scope="row">${this.#typeButton(row.type, strings.showType, null)}</th>
        <td class="number roomy">${row.jobs}</td>
        <td class="number roomy">${row.success}</td>
        <td class="wide">${durationBars(row)}</td>
        <td class="number">${row.p50}</td>
        <td class="number">${row.p95}</td>
      </tr>
    `;
  }

  #list(types: readonly ListedType[], none: string, label: string, status: EndStatus | null): TemplateResult {
    if (types.length === 0) return html`<p class="quiet">${none}</p>`;
    return html`
      <ol class="ranking">
        ${types.map(
          ({ type, note }) => html`
            <li>${this.#typeButton(type, label, status)}<span class="quiet">${note}</span></li>
          `,
        )}
      </ol>
    `;
  }

  #typeButton(type: string, label: string, status: EndStatus | null): TemplateResult {
    return html`
      <button class="link" data-type=${type} title=${fill(label, type)} @click=${() => this.#show({ jobType: type, status })}>
        <bdi>${type}</bdi>
      </button>
    `;
  }

  #show({ jobType = null, status = null, day = null }: Partial<Omit<ShowJobsMessage, 'type'>>): void {
    this.#send({ type: 'showJobs', jobType, status, day });
  }
}
