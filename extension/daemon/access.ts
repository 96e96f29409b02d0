/** Access to the daemon for every view: its connection state, and a client. */
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Warning } from '../../shared/daemon.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { FeedSubject } from '../../shared/feedMessages.ts';
import type { Event } from '../base/event.ts';

/**
 * `offline`: stopped by the user, or not needed yet. `starting`: being found or started. `connecting`: it responds, and
 * the feed is being opened. `connected`: live. `polling`: HTTP works but the feed does not; jobs are requested every
 * 5 s. `reconnecting`: the connection was lost. `failed`: it can't be started; see `error`.
 */
export type ConnectionStatus =
  | 'offline'
  | 'starting'
  | 'connecting'
  | 'connected'
  | 'polling'
  | 'reconnecting'
  | 'failed';

export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** Why it is `failed`, `polling` or `reconnecting`, when known; DAEMON_STARTING while the daemon finds its jobs. */
  readonly error: ErrorBody | null;
  /** Warnings of the daemon for the user, such as a full disk. */
  readonly warnings: readonly Warning[];
}

export interface DaemonAccess {
  readonly state: ConnectionState;
  readonly onDidChangeState: Event<ConnectionState>;
  /**
   * A client for the daemon. Waits for a connection in progress. Rejects with a JobdeckError (`DAEMON_UNREACHABLE`, or
   * the reason it could not start) if there is none.
   */
  client(): Promise<DaemonClient>;
}

export interface FeedHints {
  /** Fires when data other than jobs changed or may have changed, and should be requested again. */
  readonly onDidHint: Event<readonly FeedSubject[]>;
}

/** Whether the jobs model is live: changes arrive immediately, or within the polling interval. */
export function isLive(state: ConnectionState): boolean {
  return state.status === 'connected' || state.status === 'polling';
}

/** Whether no daemon is running or starting, so that the jobs model may be outdated. */
export function isAway({ status }: Pick<ConnectionState, 'status'>): boolean {
  return status === 'offline' || status === 'failed';
}
