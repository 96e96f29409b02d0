/** The bars of durations, drawn in SVG: coloured by the style sheet, said in words by the table around them. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TypeRow } from './view.ts';

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
