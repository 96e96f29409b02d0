/** curl's table: percent and size in all, received, sent, then speeds and times; see curl(1), "PROGRESS METER". */
import { type Form, percentReading } from '../reading.ts';

const row =
  /^ {0,2}(\d{1,3}) +[\d.]+[kMGTP]? +(\d{1,3}) +[\d.]+[kMGTP]? +(\d{1,3}) +[\d.]+[kMGTP]? +\S+ +\S+ +[\d:dh-]+ +[\d:dh-]+ +[\d:dh-]+/;

export const curl: Form = ({ text }) => {
  const found = row.exec(text);
  return found && percentReading(Number(found[1]), { key: 'curl', trust: 'sure', label: null, message: null });
};
