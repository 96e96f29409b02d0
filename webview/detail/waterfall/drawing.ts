/** The bars and the axis as SVG. The style sheet sets their colors. */
import { html, svg, type TemplateResult } from 'lit';
import { formatDuration } from '../../../shared/format.ts';
import { colorClass } from '../../looks.ts';
import { fill } from '../../strings.ts';
import { t } from '../../texts.ts';
import { timesFor } from '../../times.ts';
import type { Axis } from './axis.ts';
import { type BarPart, barParts } from './bars.ts';
import { ranFor, type WaterfallItem } from './item.ts';
import { waterfallStrings as strings } from './strings.ts';

const height = 16;
/** Top and height of each part in pixels: waiting is a thin line, running a full bar. */
const shapes: Record<BarPart['kind'], { y: number; height: number }> = {
  earlier: { y: 4, height: 8 },
  queued: { y: 6, height: 4 },
  ran: { y: 2, height: 12 },
};

const showTime = timesFor({ locale: t.language });

/** The bar of a row, with the times as text. */
export function bar(item: WaterfallItem, axis: Axis): TemplateResult {
  const text = barText(item);
  return html`
    <svg class="wf-bar ${colorClass(item.look)}" height=${height} role="img" aria-label=${text}>
      ${svg`<title>${text}</title>`}
      ${axis.ticks.map(({ x }) => svg`<line class="wf-grid" x1="${x}%" x2="${x}%" y1="0" y2=${height}></line>`)}
      ${barParts(item, axis).map(({ kind, x, width }) => {
        const shape = shapes[kind];
        return svg`<rect class="part-${kind}" x="${x}%" width="${width}%" y=${shape.y} height=${shape.height} rx="1"></rect>`;
      })}
    </svg>
  `;
}

/** Times since the start of the axis. */
export function axisLabels({ ticks }: Axis): TemplateResult {
  return html`
    <svg class="wf-axis" height="14" aria-hidden="true">
      ${ticks.map(({ ms, x }) => {
        const anchor = x === 0 ? 'start' : x > 85 ? 'end' : 'middle';
        return svg`<text x="${x}%" y="11" text-anchor=${anchor}>${ms === 0 ? '0' : formatDuration(ms, t)}</text>`;
      })}
    </svg>
  `;
}

/** “Waited 3 s · Ran 12 s · Started 09:00:04”. */
export function barText(item: WaterfallItem): string {
  const { queuedAt, startedAt, endedAt, createdAt, attempts, asOf } = item;
  const ran = ranFor(item);
  const waited = queuedAt === null ? null : Math.max(0, (startedAt ?? endedAt ?? asOf) - queuedAt);
  const earlier = attempts > 1 && createdAt !== null && queuedAt !== null ? queuedAt - createdAt : null;
  const length = (text: string, ms: number | null) => (ms === null ? [] : [fill(text, formatDuration(ms, t))]);
  return [
    ...length(strings.earlier, earlier),
    ...length(startedAt === null && endedAt === null ? strings.waiting : strings.waited, waited),
    ...length(endedAt === null ? strings.running : strings.ran, ran),
    startedAt === null
      ? strings.notStarted
      : fill(strings.startedAt, showTime(new Date(startedAt).toISOString(), asOf).text),
  ].join(' · ');
}
