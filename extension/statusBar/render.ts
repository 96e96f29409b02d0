/** Text and tooltip of the status bar item. Pure. */
import { formatAgo, formatProgress } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { type ShownStatus, shownStatus } from '../../shared/status.ts';
import { editorIcon, statusLooks } from '../../shared/statusLooks.ts';
import { commandIds } from '../base/ids.ts';
import { escapeMarkdown, hintText, messageText, oneLine, type Translate } from '../base/text.ts';
import { type ConnectionState, isAway } from '../daemon/access.ts';
import { failure } from '../row/row.ts';
import { commandLink } from '../row/tooltip.ts';

export interface StatusFacts {
  readonly state: ConnectionState;
  readonly running: readonly Job[];
  readonly paused?: readonly Job[];
  /** Number of waiting jobs. */
  readonly waiting: number;
  /** Failures that the user has not seen yet. */
  readonly failed: readonly Job[];
}

export interface StatusItem {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** Label for screen readers. */
  readonly spoken: string;
}

/** Commands that the tooltip links to. No others are allowed to run. */
export const statusCommands: readonly string[] = [
  commandIds.showDetails,
  commandIds.openLog,
  commandIds.run,
  commandIds.showJobs,
  commandIds.startDaemon,
  commandIds.showDaemonLog,
];

/** Maximum number of jobs named in the tooltip. */
const namedJobs = 5;

export function renderStatus(facts: StatusFacts, now: number, t: Translate): StatusItem {
  const summary = sentence(facts, t);
  return {
    text: text(facts, t),
    tooltip: [escapeMarkdown(summary), ...details(facts, now, t), links(facts, t)].join('\n\n'),
    spoken: t('Jobdeck: {0}', summary),
  };
}

function text({ state, running, paused = [], failed }: StatusFacts, t: Translate): string {
  switch (state.status) {
    case 'reconnecting':
      return `$(sync~spin) ${t('Reconnecting')}`;
    case 'offline':
      return '$(debug-disconnect)';
    case 'failed':
      return `$(debug-disconnect) ${t('Jobdeck')}`;
    default: {
      const counts = [
        ...(running.length > 0 ? [`${icon('running')} ${running.length}`] : []),
        ...(paused.length > 0 ? [`${icon('paused')} ${paused.length}`] : []),
        ...(running.length + paused.length === 0 ? ['$(tasklist)'] : []),
        ...(failed.length > 0 ? [`${icon('failed')} ${failed.length}`] : []),
      ];
      return counts.join(' ');
    }
  }
}

function icon(status: ShownStatus): string {
  return `$(${editorIcon(statusLooks[status])})`;
}

function sentence({ state, running, paused = [], waiting, failed }: StatusFacts, t: Translate): string {
  if (state.error?.code === 'DAEMON_STARTING') return messageText(state.error, t);
  switch (state.status) {
    case 'offline':
      return t('The daemon is stopped. Running jobs continue.');
    case 'failed':
      return state.error ? messageText(state.error, t) : t('Could not start the daemon.');
    case 'reconnecting':
      return t('Reconnecting to the daemon. Running jobs continue.');
    case 'starting':
    case 'connecting':
      return t('Connecting to the daemon.');
    default: {
      const counts = [
        running.length === 1 ? t('1 job running') : t('{0} jobs running', running.length),
        ...(paused.length > 0 ? [t('{0} paused', paused.length)] : []),
        ...(waiting > 0 ? [t('{0} waiting', waiting)] : []),
        ...(failed.length > 0 ? [t('{0} failed since you last looked', failed.length)] : []),
      ];
      return t('{0}.', counts.join(', '));
    }
  }
}

function details({ state, running, paused = [], failed }: StatusFacts, now: number, t: Translate): string[] {
  if (state.status === 'offline') return [];
  if (state.status === 'failed') {
    const hint = state.error ? hintText(state.error, t) : null;
    return hint === null ? [] : [escapeMarkdown(hint)];
  }
  const warnings = state.warnings.map((warning) => escapeMarkdown(oneLine(messageText(warning, t), 400)));
  return [...warnings, ...[running, paused, failed].flatMap((jobs) => jobLines(jobs, now, t))];
}

function jobLines(jobs: readonly Job[], now: number, t: Translate): string[] {
  const lines = jobs.slice(0, namedJobs).map((job) => {
    const when = job.endedAt ?? job.startedAt;
    const status = shownStatus(job) === 'paused' ? t('paused') : null;
    const reason = job.status === 'failed' ? oneLine(failure(job, t), 80) : null;
    const facts = [status, reason, formatProgress(job, t), when === null ? null : formatAgo(when, now, t)].flatMap(
      (fact) => fact ?? [],
    );
    const title = commandLink(oneLine(job.title, 60) || job.id, commandIds.showDetails, job.id);
    return `- ${[title, ...facts.map(escapeMarkdown)].join(' · ')}`;
  });
  if (jobs.length > namedJobs) lines.push(`- ${t('and {0} more', jobs.length - namedJobs)}`);
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function links({ state }: StatusFacts, t: Translate): string {
  const link = (label: string, command: string) => `[${label}](command:${command})`;
  if (isAway(state)) {
    return [link(t('Start'), commandIds.startDaemon), link(t('Show Log'), commandIds.showDaemonLog)].join(' · ');
  }
  return [link(t('Run…'), commandIds.run), link(t('Show Jobs'), commandIds.showJobs)].join(' · ');
}
