/** The bars of durations as SVG. The style sheet sets their colors; the table around them has the numbers. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TypeRow } from './view.ts';

/** The durations of a type: a thick bar up to p50 and a thin one up to p95. */
export function durationBars({ p50Share, p95Share }: TypeRow): TemplateResult | typeof nothing {
  if (p50Share === null || p95Share === null) return nothing;
  return html`
    <svg class="durations" height="16" aria-hidden="true">
      <rect class="p95" x="0" y="6" width="${Math.max(0.5, p95Share)}%" height="4"></rect>
      <rect class="p50" x="0" y="2" width="${Math.max(0.5, p50Share)}%" height="12"></rect>
    </svg>
  `;
}
