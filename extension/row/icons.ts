/** The icon of a job in lists: one for each status. */
import type { ShownStatus } from '../../shared/status.ts';

/** A codicon with the theme's colour for it. */
export interface RowIcon {
  readonly icon: string;
  readonly color: string;
}

/** One shape per status, so that colour never says it alone. */
export const statusIcons: Record<ShownStatus, RowIcon> = {
  pending: { icon: 'circle-large-outline', color: 'charts.blue' },
  waiting: { icon: 'clock', color: 'charts.yellow' },
  running: { icon: 'sync~spin', color: 'charts.blue' },
  cancelling: { icon: 'loading~spin', color: 'charts.yellow' },
  paused: { icon: 'debug-pause', color: 'charts.yellow' },
  completed: { icon: 'pass', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  cancelled: { icon: 'circle-slash', color: 'disabledForeground' },
  lost: { icon: 'debug-disconnect', color: 'charts.orange' },
};
