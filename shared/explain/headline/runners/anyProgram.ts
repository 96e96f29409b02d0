/** Programs without a runner of their own: the error that they end with. */
import { isErrorLine, stamp } from '../../../errorLine.ts';
import { isConsequence } from '../../context.ts';
import type { Finding, Output } from '../finding.ts';

/** Lines from the end in which an error is searched. */
const reach = 50;
/** Programs that report that another one failed. */
const wrapper = /^(?:g?make(?:\[\d+\])?: \*\*\*|npm (?:error|ERR!))/;
const leadingStamp = new RegExp(stamp);

/** The last line that looks like an error, if only consequences of it follow. */
export function anyProgram({ lines }: Output): Finding | null {
  const from = Math.max(0, lines.length - reach);
  const isCause = (line: string) => isErrorLine(line) && !wrapper.test(line);
  const at = lines.findLastIndex((line, index) => index >= from && isCause(line));
  const error = lines[at]?.trim() ?? '';
  if (error === '' || !lines.slice(at + 1).every((line) => isConsequence(line, error))) return null;
  return { text: error.replace(leadingStamp, ''), place: null, at };
}
