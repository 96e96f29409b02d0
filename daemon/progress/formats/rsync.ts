/**
 * rsync: `  8,552,448  35%    7.82MB/s    0:00:01`. The percentage is of the current file with `--progress`, and of the
 * whole transfer with `--info=progress2`. The number of remaining files follows: `(xfr#45, to-chk=355/401)`.
 */
import { countReading, type FormatParser, percentReading } from '../reading.ts';

const row =
  /^ *[\d,.]+[KMGT]? +(\d{1,3})% +[\d.,]+[kKMGT]?B\/s +\d+:\d\d:\d\d(?: \(xfr#\d+, (to|ir)-chk=(\d+)\/(\d+)\))?/;

export const rsync: FormatParser = ({ text }, memory) => {
  const found = row.exec(text);
  if (found === null) return null;
  const percent = Number(found[1]);
  const more = { trust: 'sure', label: null, message: null } as const;
  const [left, total] = [Number(found[3]), Number(found[4])];
  // For a single file, the number of remaining files is printed only after 100%.
  if (percent < 100 && left > 0) memory.rsync = 'whole';
  else if (left > 0) memory.rsync ??= 'files';
  if (memory.rsync !== 'files') return percentReading(percent, { key: 'rsync', ...more });
  return countReading(total - left, total, { key: 'rsync:files', ...more, replaces: 'rsync' });
};
