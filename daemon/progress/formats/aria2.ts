/** aria2: `[#8302ef 18MiB/22MiB(79%) CN:1 DL:4.5MiB ETA:1s]`. */
import { type FormatParser, percentReading } from '../reading.ts';

const line = /^\[#[0-9a-f]{6} \S{1,40}\((\d{1,3})%\)/;

export const aria2: FormatParser = ({ text }) => {
  const found = line.exec(text.trimStart());
  return found && percentReading(Number(found[1]), { key: 'aria2', trust: 'sure', label: null, message: null });
};
