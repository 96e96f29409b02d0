/** How a page is told that the daemon is there or not. */
import type { PanelLink } from '../../shared/panel.ts';
import { type ConnectionState, isLive } from '../daemon/access.ts';

/** `since`: when it was last live, as ISO 8601; null when it never was for this page. */
export function linkOf(state: ConnectionState, since: string | null): PanelLink {
  if (isLive(state)) return { state: 'live', since: null, error: null };
  const { status, error } = state;
  return { state: status === 'offline' || status === 'failed' ? status : 'connecting', since, error };
}
