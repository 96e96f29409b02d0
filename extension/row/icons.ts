/** Icons of jobs in lists. */
import type { ShownStatus } from '../../shared/status.ts';
import { editorIcon, statusLooks } from '../../shared/statusLooks.ts';

/** A codicon with its theme color. */
export interface RowIcon {
  readonly icon: string;
  readonly color: string;
}

/** The icon of a status. */
export function statusIcon(status: ShownStatus): RowIcon {
  const look = statusLooks[status];
  return { icon: editorIcon(look), color: look.color };
}
