/** The connection state as sent to pages. */
import type { PanelLink } from '../../shared/panel.ts';
import { type ConnectionState, isLive } from '../daemon/access.ts';

/** `since`: when the connection was last live (ISO 8601), or null if it never was for this page. */
export function linkOf(state: ConnectionState, since: string | null): PanelLink {
  if (isLive(state)) return { state: 'live', since: null, error: null };
  const { status, error } = state;
  return { state: status === 'offline' || status === 'failed' ? status : 'connecting', since, error };
}
