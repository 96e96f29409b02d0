/** The message above the tree: why it is not live or not complete. */
import type { ErrorBody } from '../../shared/errors.ts';
import { messageText, oneLine, problemText, type Translate } from '../base/text.ts';
import { type ConnectionState, isAway } from '../daemon/access.ts';
import { isFiltering, type JobFilter } from './filter/filter.ts';
import { describeFilter } from './filter/filterWords.ts';

export interface MessageFacts {
  readonly state: ConnectionState;
  readonly filter: JobFilter;
  /** Number of jobs that match the filter, and of all jobs the window knows. */
  readonly shown: number;
  readonly total: number;
  /** Whether the daemon has finished jobs that the window does not know and that may match. */
  readonly hasOlder: boolean;
  /** Whether more of them can be loaded. */
  readonly hasMore: boolean;
  /** Whether matching jobs are being requested from the daemon. */
  readonly searching: boolean;
  /** Why older jobs could not be read. */
  readonly problem: ErrorBody | null;
  /** Progress of a command. */
  readonly busy: string | null;
}

/** Warnings that the Schedules view has, because they are not about jobs. */
const aboutDefinitions = ['DEFINITION_PENDING', 'INVALID_DEFINITION', 'FILE_WATCH_FAILED'];

/**
 * The message, or undefined if there is nothing to report. The editor shows no welcome text while there is a message, so
 * there is none while the daemon is stopped and the welcome text offers to start it.
 */
export function viewMessage(facts: MessageFacts, t: Translate): string | undefined {
  const { state, filter, total, problem, busy } = facts;
  if (isAway(state)) return undefined;
  const warnings = state.warnings.filter(({ code }) => !aboutDefinitions.includes(code));
  const lines = [
    ...connection(state, total, t),
    ...warnings.map((warning) => oneLine(problemText(warning, t), 400)),
    ...(problem === null ? [] : [oneLine(problemText(problem, t), 400)]),
    ...(busy === null ? [] : [busy]),
    ...(isFiltering(filter) ? [filtered(facts, oneLine(describeFilter(filter, t)), t)] : []),
  ];
  return lines.length === 0 ? undefined : lines.join(' ');
}

function filtered({ shown, total, hasOlder, hasMore, searching }: MessageFacts, what: string, t: Translate): string {
  if (searching) return t('Filtered by {0}: searching older jobs…', what);
  if (hasMore) return t('Filtered by {0}: {1} jobs, more to load.', what, shown);
  // The number of jobs that don't match is not known.
  if (hasOlder) return shown === 1 ? t('Filtered by {0}: 1 job.', what) : t('Filtered by {0}: {1} jobs.', what, shown);
  return t('Filtered by {0}: {1} of {2} jobs.', what, shown, total);
}

function connection({ status, error }: ConnectionState, total: number, t: Translate): string[] {
  if (error?.code === 'DAEMON_STARTING') return [messageText(error, t)];
  if (status === 'reconnecting') return [t('Reconnecting to the Jobdeck daemon… Running jobs continue.')];
  if (status !== 'polling' || total === 0) return [];
  const why = error === null ? '' : oneLine(messageText(error, t));
  return [t('Live updates are not available ({0}). Refreshing every 5 seconds.', why)];
}
