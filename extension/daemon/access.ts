/** What every surface sees of the daemon: whether it is there, and a client to talk to it. */
import type { DaemonClient } from '../../shared/client/http.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { FeedSubject } from '../../shared/feedMessages.ts';
import type { Warning } from '../../shared/protocol.ts';
import type { Event } from '../base/event.ts';

/**
 * `offline`: nobody wants it running (the user stopped it, or it was never needed). `starting`: looked for and, if not
 * there, started. `connecting`: it answers, the feed is being opened. `connected`: live. `polling`: HTTP works, the
 * live feed does not; asked every 5 s. `reconnecting`: it was there and is gone. `failed`: it can't be had; see `error`.
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
  /** Why it is `failed`, `polling` or `reconnecting`, when known. */
  readonly error: ErrorBody | null;
  /** What the daemon says the user should know about it, such as a full disk. */
  readonly warnings: readonly Warning[];
}

export interface DaemonAccess {
  readonly state: ConnectionState;
  readonly onDidChangeState: Event<ConnectionState>;
  /**
   * A client for the daemon. Waits while a connection is being made; rejects with a JobdeckError
   * (`DAEMON_UNREACHABLE`, or the reason it could not start) when there is none to wait for.
   */
  client(): Promise<DaemonClient>;
}

export interface FeedHints {
  /** Fires when others than jobs were changed, or may have been: who shows them asks for them again. */
  readonly onDidHint: Event<readonly FeedSubject[]>;
}

/** Whether what the jobs model shows is live: changes arrive as they happen, or within the poll's interval. */
export function isLive(state: ConnectionState): boolean {
  return state.status === 'connected' || state.status === 'polling';
}

/** Whether there is no daemon to wait for: what the jobs model shows may be so no more. */
export function isAway({ status }: Pick<ConnectionState, 'status'>): boolean {
  return status === 'offline' || status === 'failed';
}
