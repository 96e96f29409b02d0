/** Percentages and `n/m` in lines of no known form: `Downloading 45%`, `Receiving objects:  45% (12/45)`, `12 of 45 files`. */
import { agree, findCount, findPercent, shown } from '../amounts.ts';
import { keyOf, labelOf } from '../labels.ts';
import { countReading, type Form, type Trust } from '../reading.ts';

/** What is measured, but is no progress. */
const other =
  /\b(?:coverage|covered|cpu|mem|memory|load|disk|usage|used|battery|humidity|faster|slower|fail(?:ed|ures?)|pass(?:ed|ing)|errors?|warnings?|score|accuracy|acc|loss|ratio|rate|hit|confidence|discount|free|idle|weight)\b/i;
const telling = /\bprogress\b\W{0,4}$/i;

export const plain: Form = ({ text, redrawn }) => {
  const percent = findPercent(text);
  const counted = findCount(text);
  if (percent === null && counted === null) return null;
  const both = percent !== null && counted !== null && agree(percent, counted);
  // Bytes may agree by chance, as of what is read and written.
  const isCount = counted !== null && (percent === null || (both && !counted.measured) || counted.from < percent.from);
  const found = isCount ? counted : percent;
  if (found === null) return null;
  const from = both ? Math.min(percent.from, counted.from) : found.from;
  const before = text.slice(0, from);
  const said = telling.test(before);
  if (!said && other.test(text)) return null;
  const trust: Trust = said ? 'sure' : redrawn || both ? 'likely' : 'weak';
  return countReading(shown(found).current, shown(found).total, {
    ...{ key: `${found === counted ? 'count' : 'percent'}:${keyOf(before)}`, trust },
    ...{ label: said ? labelOf(before.replace(/\bprogress\b/i, '')) : labelOf(before), message: null },
  });
};
