/** The chart “Jobs per Day” as SVG. The style sheet sets its colors; labels of the bars and a table have the numbers. */
import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { shownWord, statusLooks } from '../../shared/statusLooks.ts';
import { colorClass } from '../looks.ts';
import { fill } from '../strings.ts';
import { t } from '../texts.ts';
import { type Bar, type DayChart, stepInChart } from './dayChart.ts';
import { statsStrings as strings } from './strings.ts';
import { texture, textures } from './textures.ts';
import { chartHeight, type Formats } from './view.ts';

/** Space in pixels above the bars for the highest number, and below them for the days. */
const above = 10;
const below = 22;
const axisWidth = 44;
const height = above + chartHeight + below;

export class DayPlot extends LitElement {
  static override properties = { chart: { attribute: false }, at: { state: true } };

  declare chart: DayChart | null;
  /** The bar in the tab order; null for the last one. */
  declare at: Pick<Bar, 'day' | 'status'> | null;

  readonly #formats: Formats;
  readonly #show: (bar: Bar) => void;

  /** `show` shows the jobs of a bar. */
  constructor(formats: Formats, show: (bar: Bar) => void) {
    super();
    this.#formats = formats;
    this.#show = show;
    this.chart = null;
    this.at = null;
  }

  /** No shadow root, so that the page's style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.chart === null) return nothing;
    const { bars, ticks, labels } = this.chart;
    const { number, shortDay } = this.#formats;
    const inOrder = this.#index(bars);
    // Keyed, so that the focus stays on its bar when others are added and removed.
    return html`
      <div class="plot">
        <svg class="axis" width=${axisWidth} height=${height} aria-hidden="true">
          ${ticks.map(
            ({ value, y }) =>
              svg`<text x=${axisWidth - 8} y=${above + y} dy="0.35em" text-anchor="end">${number(value)}</text>`,
          )}
        </svg>
        <svg class="bars" height=${height} role="toolbar" aria-label=${strings.daysChart} @keydown=${this.#key}>
          <g aria-hidden="true">
            ${ticks.map(({ y }) => svg`<line class="grid" x1="0" x2="100%" y1=${above + y} y2=${above + y}></line>`)}
            ${labels.map(
              ({ day, x }, index) =>
                svg`<text class=${(labels.length - 1 - index) % 2 === 0 ? '' : 'roomy'} x="${x}%" y=${height - 6} text-anchor=${x > 95 ? 'end' : 'middle'}>${shortDay(day)}</text>`,
            )}
          </g>
          ${textures()}
          ${repeat(
            bars,
            ({ day, status }) => `${day} ${status}`,
            (bar, index) => this.#bar(bar, index === inOrder),
          )}
        </svg>
      </div>
    `;
  }

  #bar(bar: Bar, inOrder: boolean): TemplateResult {
    const { day, status, count, x, width, y, height: tall } = bar;
    const label = fill(strings.dayPart, this.#formats.day(day), shownWord(status, t), this.#formats.number(count));
    return svg`
      <rect
        class="bar ${colorClass(statusLooks[status])}"
        role="button"
        tabindex=${inOrder ? 0 : -1}
        aria-label=${label}
        data-status=${status}
        data-day=${day}
        x="${x}%" y=${above + y} width="${width}%" height=${tall}
        @focus=${() => this.#reach(bar)}
        @click=${() => this.#show(bar)}
      ><title>${label}</title></rect>
      ${texture(status, { x: `${x}%`, y: above + y, width: `${width}%`, height: tall })}`;
  }

  /** Index of the bar in the tab order: the last focused one, else the latest. */
  #index(bars: readonly Bar[]): number {
    const last = bars.findIndex(({ day, status }) => day === this.at?.day && status === this.at.status);
    return last >= 0 ? last : bars.length - 1;
  }

  #reach({ day, status }: Bar): void {
    this.at = { day, status };
  }

  readonly #key = (event: KeyboardEvent) => {
    const bars = this.chart?.bars ?? [];
    const index = this.#index(bars);
    const bar = bars[index];
    if (bar === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = stepInChart(bars, index, event.key);
    if (to !== null) this.querySelectorAll<SVGElement>('.bar')[to]?.focus();
    else if (event.key === 'Enter' || event.key === ' ') this.#show(bar);
    else return;
    event.preventDefault();
  };
}
