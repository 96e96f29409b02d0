/** ffmpeg prints the duration of its input, `Duration: 00:01:00.00,`, then its position, `frame= 123 … time=00:00:12.34`. */
import { type FormatParser, percentReading } from '../reading.ts';

const duration = /^ {2}Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?),/;
const at = /^(?:frame=|size=).{0,200} time=(\d+):(\d\d):(\d\d(?:\.\d+)?) /;

export const ffmpeg: FormatParser = ({ text }, memory) => {
  const long = duration.exec(text);
  if (long) memory.duration = Math.max(memory.duration ?? 0, seconds(long));
  const now = at.exec(text);
  if (now === null || !memory.duration) return null;
  const percent = Math.min(100, Math.floor((1000 * seconds(now)) / memory.duration) / 10);
  return percentReading(percent, { key: 'ffmpeg', trust: 'sure', label: null, message: null });
};

const seconds = ([, hours, minutes, rest]: RegExpExecArray) =>
  Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
