/** Textures that distinguish the statuses of bars in addition to their colors: stripes, dots and lines. Completed is plain. */
import { nothing, svg, type TemplateResult } from 'lit';
import type { EndStatus } from '../../shared/statsPanel.ts';

type Textured = Exclude<EndStatus, 'completed'>;

/** Drawn in squares of six pixels. */
const drawings: Record<Textured, string> = {
  failed: 'M-1 7 L7 -1 M-1 1 L1 -1 M5 7 L7 5',
  cancelled: 'M2 3 L4 3',
  lost: 'M0 3 L6 3',
};

/** The definitions of the patterns. They must be on the page once, in an SVG, while `texture` is used. */
export function textures(): TemplateResult {
  return svg`<defs aria-hidden="true">${Object.entries(drawings).map(
    ([status, path]) => svg`
      <pattern id="texture-${status}" width="6" height="6" patternUnits="userSpaceOnUse">
        <path class="texture-line" d=${path}></path>
      </pattern>`,
  )}</defs>`;
}

/** The texture of a status, which covers a bar without blocking clicks. */
export function texture(
  status: EndStatus,
  { x, y, width, height }: Record<'x' | 'y' | 'width' | 'height', string | number>,
): TemplateResult | typeof nothing {
  if (status === 'completed') return nothing;
  return svg`
    <rect class="texture" fill="url(#texture-${status})" aria-hidden="true" x=${x} y=${y} width=${width} height=${height}></rect>`;
}
