/** How each status looks in the jobs tree, in the status bar, on pages and on the command line. */
import { type ShownStatus, type StatusFacts, shownStatus } from './status.ts';
import { type Translate, texts, untranslated } from './translate.ts';

/** IDs of the editor's theme colors that statuses have. */
export type StatusColor =
  | 'charts.blue'
  | 'charts.yellow'
  | 'charts.orange'
  | 'testing.iconPassed'
  | 'testing.iconFailed'
  | 'descriptionForeground';

export interface StatusLook {
  /** Name of a codicon. Each status has a different shape, so that color is never the only difference. */
  icon: string;
  /** Whether the icon spins. */
  spin: boolean;
  color: StatusColor;
  /** The character used instead of the icon in a terminal. */
  glyph: string;
  /** The color in a terminal. */
  ansi: 'blue' | 'cyan' | 'green' | 'magenta' | 'red' | 'yellow';
}

export const statusLooks: Record<ShownStatus, StatusLook> = {
  pending: { icon: 'circle-large-outline', spin: false, color: 'charts.blue', glyph: '○', ansi: 'cyan' },
  waiting: { icon: 'clock', spin: false, color: 'charts.yellow', glyph: '◔', ansi: 'cyan' },
  running: { icon: 'sync', spin: true, color: 'charts.blue', glyph: '▶', ansi: 'blue' },
  cancelling: { icon: 'loading', spin: true, color: 'charts.yellow', glyph: '◌', ansi: 'yellow' },
  paused: { icon: 'debug-pause', spin: false, color: 'charts.yellow', glyph: '‖', ansi: 'yellow' },
  completed: { icon: 'pass', spin: false, color: 'testing.iconPassed', glyph: '✔', ansi: 'green' },
  failed: { icon: 'error', spin: false, color: 'testing.iconFailed', glyph: '✖', ansi: 'red' },
  cancelled: { icon: 'circle-slash', spin: false, color: 'descriptionForeground', glyph: '⊘', ansi: 'yellow' },
  lost: { icon: 'debug-disconnect', spin: false, color: 'charts.orange', glyph: '?', ansi: 'magenta' },
};

const words: Record<ShownStatus, string> = texts({
  pending: 'Pending',
  waiting: 'Waiting',
  running: 'Running',
  cancelling: 'Cancelling',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  lost: 'Lost',
});

/** The word for a status on screen. */
export function shownWord(status: ShownStatus, t: Translate = untranslated): string {
  return t(words[status]);
}

/** The word for a job's status on screen. */
export function statusWord(job: StatusFacts, t: Translate = untranslated): string {
  return shownWord(shownStatus(job), t);
}

/** The icon in VS Code's notation, such as `sync~spin`. */
export function editorIcon({ icon, spin }: Pick<StatusLook, 'icon' | 'spin'>): string {
  return spin ? `${icon}~spin` : icon;
}
