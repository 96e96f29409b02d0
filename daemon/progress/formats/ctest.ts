/** ctest: ` 3/12 Test  #3: case_3 ....   Passed    0.00 sec`. */
import { messageOf } from '../labels.ts';
import { countReading, type FormatParser } from '../reading.ts';

const line = /^ {0,8}(\d{1,6})\/(\d{1,6}) Test +#\d+: (\S+)/;

export const ctest: FormatParser = ({ text }) => {
  const found = line.exec(text);
  if (found === null) return null;
  const more = { key: 'ctest', trust: 'sure', label: null, message: messageOf(found[3] ?? '') } as const;
  return countReading(Number(found[1]), Number(found[2]), more);
};
