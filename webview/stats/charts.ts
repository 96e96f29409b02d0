/** The charts of the page, drawn in SVG: coloured by the style sheet, said in words by the tables beside them. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { EndStatus } from '../../shared/statsPanel.ts';
import { fill } from '../strings.ts';
import type { DayChart } from './dayChart.ts';
import { statusWords, statsStrings as strings } from './strings.ts';
import { chartHeight, type Formats, type TypeRow } from './view.ts';

/** Pixels above the bars and below them, for the highest number and the days. */
const above = 10;
const below = 22;
const axisWidth = 44;

/** Jobs per day. A click on a part shows the jobs of its status; without a mouse the legend and the table do. */
export function dayChart(chart: DayChart, formats: Formats, show: (status: EndStatus) => void): TemplateResult {
  const height = above + chartHeight + below;
  return html`
    <div class="plot" role="img" aria-label=${strings.daysChart}>
      <svg class="axis" width=${axisWidth} height=${height} aria-hidden="true">
        ${chart.ticks.map(
          ({ value, y }) =>
            svg`<text x=${axisWidth - 8} y=${above + y} dy="0.35em" text-anchor="end">${formats.number(value)}</text>`,
        )}
      </svg>
      <svg class="bars" height=${height} aria-hidden="true">
        ${chart.ticks.map(({ y }) => svg`<line class="grid" x1="0" x2="100%" y1=${above + y} y2=${above + y}></line>`)}
        ${chart.bars.map(
          ({ day, status, count, x, width, y, height: tall }) => svg`
            <rect
              class="bar bar-${status}"
              data-status=${status}
              x="${x}%" y=${above + y} width="${width}%" height=${tall}
              @click=${() => show(status)}
            ><title>${fill(strings.dayPart, formats.day(day), statusWords[status], formats.number(count))}</title></rect>`,
        )}
        ${chart.labels.map(
          ({ day, x }, index) =>
            svg`<text class=${(chart.labels.length - 1 - index) % 2 === 0 ? '' : 'roomy'} x="${x}%" y=${height - 6} text-anchor=${x > 95 ? 'end' : 'middle'}>${formats.shortDay(day)}</text>`,
        )}
      </svg>
    </div>
  `;
}

/** The durations of one type: a thick bar to p50, a thin one to p95. */
export function durationBars({ p50Share, p95Share }: TypeRow): TemplateResult | typeof nothing {
  if (p50Share === null || p95Share === null) return nothing;
  return html`
    <svg class="durations" height="16" aria-hidden="true">
      <rect class="p95" x="0" y="6" width="${Math.max(0.5, p95Share)}%" height="4"></rect>
      <rect class="p50" x="0" y="2" width="${Math.max(0.5, p50Share)}%" height="12"></rect>
    </svg>
  `;
}
