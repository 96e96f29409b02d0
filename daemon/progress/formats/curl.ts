/** curl's table: total, received and sent percentage and size, then speeds and times; see curl(1), “PROGRESS METER”. */
import { type FormatParser, percentReading } from '../reading.ts';

const row =
  /^ {0,2}(\d{1,3}) +[\d.]+[kMGTP]? +(\d{1,3}) +[\d.]+[kMGTP]? +(\d{1,3}) +[\d.]+[kMGTP]? +\S+ +\S+ +[\d:dh-]+ +[\d:dh-]+ +[\d:dh-]+/;

export const curl: FormatParser = ({ text }) => {
  const found = row.exec(text);
  return found && percentReading(Number(found[1]), { key: 'curl', trust: 'sure', label: null, message: null });
};
