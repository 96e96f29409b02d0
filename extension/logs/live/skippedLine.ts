/** The line in a log where output was skipped. */
import { formatBytes } from '../../../shared/format.ts';
import type { Translate } from '../../base/text.ts';

/** The text in that line which opens the log file. */
export function openFullLog(t: Translate): string {
  return t('Open Full Log');
}

/** `240 MB skipped · Open Full Log` */
export function skippedLine(bytes: number, t: Translate): string {
  return `${t('{0} skipped', formatBytes(bytes, t))} · ${openFullLog(t)}`;
}
