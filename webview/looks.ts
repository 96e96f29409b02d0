/** Icons and colors of attempts, steps and timeline levels. */
import type { Attempt, Level, Step } from '../shared/job.ts';
import { type StatusLook, statusLooks } from '../shared/statusLooks.ts';

export type Look = Pick<StatusLook, 'icon' | 'spin' | 'color'>;

export const attemptLooks: Record<Attempt['status'], Look> = { ...statusLooks, starting: statusLooks.pending };

export const stepLooks: Record<Step['status'], Look> = {
  ...statusLooks,
  skipped: { icon: 'debug-step-over', spin: false, color: 'descriptionForeground' },
};

export const levelLooks: Record<Level, Look> = {
  info: { icon: 'info', spin: false, color: 'descriptionForeground' },
  warning: { icon: 'warning', spin: false, color: 'charts.yellow' },
  error: { icon: 'error', spin: false, color: 'testing.iconFailed' },
};

/** The class that sets `--look-color`; see style/looks.css. */
export function colorClass({ color }: Pick<Look, 'color'>): string {
  return `color-${color.replace('.', '-')}`;
}
