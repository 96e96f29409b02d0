/** How a status looks, as in the jobs tree: one icon of its own shape each, and a tone that says the same by colour. */
import type { Attempt, Level, Step } from '../../shared/job.ts';
import type { ShownStatus } from '../../shared/status.ts';

export type Tone = 'good' | 'bad' | 'warning' | 'active' | 'quiet';

export interface Look {
  /** Name of a codicon. */
  icon: string;
  spin: boolean;
  tone: Tone;
}

const look = (icon: string, tone: Tone, spin = false): Look => ({ icon, tone, spin });

export const statusLooks: Record<ShownStatus, Look> = {
  pending: look('circle-large-outline', 'active'),
  waiting: look('clock', 'warning'),
  running: look('sync', 'active', true),
  cancelling: look('loading', 'warning', true),
  paused: look('debug-pause', 'warning'),
  completed: look('pass', 'good'),
  failed: look('error', 'bad'),
  cancelled: look('circle-slash', 'quiet'),
  lost: look('debug-disconnect', 'warning'),
};

export const attemptLooks: Record<Attempt['status'], Look> = { ...statusLooks, starting: statusLooks.pending };

export const stepLooks: Record<Step['status'], Look> = {
  ...statusLooks,
  skipped: look('debug-step-over', 'quiet'),
};

export const levelLooks: Record<Level, Look> = {
  info: look('info', 'quiet'),
  warning: look('warning', 'warning'),
  error: look('error', 'bad'),
};
