/** Title and icon of a detail panel's tab. */
import type { Job } from '../../shared/job.ts';
import { type ShownStatus, type StatusFacts, shownStatus } from '../../shared/status.ts';
import { type StatusColor, shownWord, statusLooks } from '../../shared/statusLooks.ts';
import { oneLine, type Translate } from '../base/text.ts';

export function tabTitle(job: Pick<Job, 'title' | 'id'>): string {
  return oneLine(job.title, 60) || job.id;
}

const round = 'stroke-linecap="round" stroke-linejoin="round"';
const circle = '<circle cx="8" cy="8" r="6.25"/>';

/** One shape per status, drawn in a 16×16 square like the editor's icons. */
const shapes: Record<ShownStatus, string> = {
  pending: circle,
  waiting: `${circle}<path d="M8 4.5V8l2.5 1.5"/>`,
  running: '<path d="M13.5 5.5A6 6 0 0 0 2.5 6.5M2.5 10.5a6 6 0 0 0 11-1M13.75 2.5v3.25H10.5M2.25 13.5v-3.25H5.5"/>',
  cancelling: '<path d="M8 1.75A6.25 6.25 0 1 1 1.75 8"/>',
  paused: `${circle}<path d="M6.25 5.25v5.5m3.5-5.5v5.5"/>`,
  completed: `${circle}<path d="m5.25 8.25 2 2 3.75-4"/>`,
  failed: `${circle}<path d="m5.75 5.75 4.5 4.5m0-4.5-4.5 4.5"/>`,
  cancelled: `${circle}<path d="m3.6 12.4 8.8-8.8"/>`,
  lost: '<path d="M2 8h3m6 0h3M5 5.5h2v5H5zM11 5.5H9v5h2zM3 2.5l10 11"/>',
};

/** The theme colors of statuses on light and dark backgrounds. Tab icons can't refer to theme colors. */
const colors: Record<StatusColor, readonly [light: string, dark: string]> = {
  'charts.blue': ['#1a85ff', '#3794ff'],
  'charts.yellow': ['#bf8803', '#cca700'],
  'charts.orange': ['#bf5b00', '#d18616'],
  'testing.iconPassed': ['#388a34', '#73c991'],
  'testing.iconFailed': ['#cd3131', '#f14c4c'],
  descriptionForeground: ['#616161', '#a0a0a0'],
};

/** The content of an SVG. */
export interface Drawing {
  readonly viewBox: string;
  readonly body: string;
}

/**
 * The status icon as `data:` URIs for light and dark themes. A drawing replaces its shape and keeps its color.
 */
export function tabIcon(job: StatusFacts, drawing: Drawing | null, t: Translate): { light: string; dark: string } {
  const status = shownStatus(job);
  const [light, dark] = colors[statusLooks[status].color];
  const draw = (color: string) => {
    const [box, pen, shape] =
      drawing === null
        ? ['0 0 16 16', `fill="none" stroke="${color}" stroke-width="1.2" ${round}`, shapes[status]]
        : [drawing.viewBox, `fill="${color}"`, drawing.body];
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="${box}" ${pen}><title>${shownWord(status, t)}</title>${shape}</svg>`;
    return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  };
  return { light: draw(light), dark: draw(dark) };
}
