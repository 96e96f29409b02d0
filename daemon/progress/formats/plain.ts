/** Percentages and `n/m` in lines of any other format: `Downloading 45%`, `Receiving objects:  45% (12/45)`, `12 of 45 files`. */
import { agree, countMark, displayed, findCount, findPercent } from '../amounts.ts';
import { keyOf, labelOf } from '../labels.ts';
import { countReading, type FormatParser, type Trust } from '../reading.ts';

/** Words for measurements that are not progress. */
const measurement =
  /\b(?:coverage|covered|cpu|mem|memory|load|disk|usage|used|battery|humidity|faster|slower|fail(?:ed|ures?)|pass(?:ed|ing)|errors?|warnings?|score|accuracy|acc|loss|ratio|rate|hit|confidence|discount|free|idle|weight)\b/i;
const progressWord = /\bprogress\b\W{0,4}$/i;

export const plain: FormatParser = ({ text, redrawn }) => {
  const percent = findPercent(text);
  const counted = findCount(text);
  if (percent === null && counted === null) return null;
  const both = percent !== null && counted !== null && agree(percent, counted);
  // Sizes may agree with a percentage by chance, for example bytes read and bytes written.
  const isCount = counted !== null && (percent === null || (both && !counted.measured) || counted.from < percent.from);
  const found = isCount ? counted : percent;
  if (found === null) return null;
  const from = both ? Math.min(percent.from, counted.from) : found.from;
  const before = text.slice(0, from);
  const isNamed = progressWord.test(before);
  if (!isNamed && measurement.test(text)) return null;
  const trust: Trust = isNamed ? 'sure' : redrawn || both ? 'likely' : 'weak';
  const { current, total } = displayed(found);
  return countReading(current, total, {
    key: `${found === counted ? 'count' : 'percent'}:${keyOf(before)}`,
    trust,
    label: labelOf(isNamed ? before.replace(/\bprogress\b/i, '') : before),
    message: null,
    ...countMark(found),
  });
};
