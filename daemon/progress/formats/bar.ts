/**
 * Drawn bars with a number next to them: `[====>   ] 45%`, `45%|███▌   | 12/45` (tqdm), `━━━━╸──── 3.2/12.4 MB` (rich,
 * pip), `####    42.5%` (curl -#), `Building [=>   ] 3/25: part3` (cargo), wget, pv, `Progress: [ 45%] [###..]` (apt).
 */
import { agree, countMark, displayed, findCount, findPercent } from '../amounts.ts';
import { keyOf, labelOf, messageOf } from '../labels.ts';
import { countReading, type FormatParser, type Memory, percentReading, type Reading } from '../reading.ts';
import { steps } from './steps.ts';

const tqdm = /(\d{1,3})%\|[^|]{0,300}\|\s*(\S+)\/(\S+) \[/;
/** A bar in brackets: the filled part, then the rest. */
const bracketed = /[[|(<⸨](?=[^\]|)>⸩]*[#=>█▉▊▋▌▍▎▏▓▒■▪▰━●⣿*-])[#=\-*+>█▉▊▋▌▍▎▏▓▒░■□▪▫▰▱━╸╺●○⣿⣀.· ]{3,}[\]|)>⸩]/;
const empty = /\[ {8,}\]|\[-{8,}\]|\[\.{8,}\]/;
const open = /[█▉▊▋▌▍▎▏▓▒░■□▪▫▰▱━╸╺⣿⣀]{4,}/;
const hashes = /^#{1,200} +(\d{1,3}\.\d)%$|^#{20,} (100\.0)%$/;

const noMemory: Memory = { duration: null, rsync: null };

export const bar: FormatParser = ({ text, redrawn }) => {
  const hash = hashes.exec(text.trim());
  if (hash) {
    return percentReading(Number(hash[1] ?? hash[2]), { key: 'bar:#', trust: 'sure', label: null, message: null });
  }
  const one = tqdm.exec(text);
  if (one) {
    const before = text.slice(0, one.index);
    const named = {
      key: `bar:${keyOf(before)}`,
      trust: 'sure',
      label: labelOf(before),
      message: null,
      ...within(before),
      ...(numbered.test(before) ? ({ isPart: true } as const) : {}),
    } as const;
    const counted = findCount(text.slice(text.indexOf('|', text.indexOf('|') + 1) + 1));
    return counted && !counted.measured
      ? countReading(counted.current, counted.total, { ...named, ...countMark(counted) })
      : percentReading(Number(one[1]), named);
  }
  const drawn = bracketed.exec(text) ?? open.exec(text) ?? empty.exec(text);
  if (drawn === null) return null;
  const percent = findPercent(text);
  const counted = findCount(text);
  // Horizontal rules and table borders are not progress.
  const isBeside =
    counted !== null &&
    (isAdjacent(counted.from, drawn.index + drawn[0].length) || isAdjacent(drawn.index, counted.to));
  if (percent === null && !isBeside) return null;
  const found = counted !== null && (percent === null || agree(percent, counted)) ? counted : percent;
  if (found === null) return null;
  const from = Math.min(drawn.index, found.from, percent?.from ?? found.from);
  const { current, total } = displayed(found);
  const label = labelOf(text.slice(0, from).replace(/\bprogress\b/i, ''));
  const after = found.from > drawn.index && !found.measured ? text.slice(found.to) : '';
  const message = after.startsWith(':') ? messageOf(after) : null;
  return countReading(current, total, {
    key: `bar:${keyOf(text.slice(0, from))}`,
    trust: redrawn ? 'sure' : trustOf(drawn[0]),
    label,
    message,
    ...countMark(found),
  });
};

/** The count in the name of a bar, as in `Epoch 3/40:  12%|█▏   | 7/60`. */
function within(name: string): Pick<Reading, 'within'> {
  const outer = steps({ text: name, redrawn: true }, noMemory);
  return outer === null ? {} : { within: { ...outer, trust: 'sure', message: null } };
}

/** A name with a number is one of several, as in `Epoch 3:  12%|█▏   | 7/60`. */
const numbered = /\b(?:epoch|fold|round|trial|run|step|stage|phase|part|file)s? *#?\d+\b/i;

/** Whether one follows right after the other. */
const isAdjacent = (from: number, end: number) => from >= end && from - end <= 3;

/** A drawn line without brackets or an empty part may also be a rule with a heading. */
const trustOf = (drawn: string) => (/^[[⸨|]/.test(drawn) || /[░▱□╺]/.test(drawn) ? 'sure' : 'likely');
