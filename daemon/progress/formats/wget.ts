/** The dots that wget prints where it can't draw a bar: ` 1500K .......... ..........  6% 12.3M 2s`. */
import { type FormatParser, percentReading } from '../reading.ts';

const row = /^ {0,8}\d+[KMG] [ .,]{10,}(\d{1,3})% +[\d.,]+[KMGT]?/;

export const wget: FormatParser = ({ text }) => {
  const found = row.exec(text);
  return found && percentReading(Number(found[1]), { key: 'wget', trust: 'sure', label: null, message: null });
};
