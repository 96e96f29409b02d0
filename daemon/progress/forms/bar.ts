/**
 * Drawn bars with a number beside them: `[====>   ] 45%`, `45%|███▌   | 12/45` (tqdm), `━━━━╸──── 3.2/12.4 MB` (rich,
 * pip), `####    42.5%` (curl -#), `Building [=>   ] 3/25: part3` (cargo), wget, pv, `Progress: [ 45%] [###..]` (apt).
 */
import { agree, findCount, findPercent, shown } from '../amounts.ts';
import { keyOf, labelOf, messageOf } from '../labels.ts';
import { countReading, type Form, percentReading } from '../reading.ts';

const tqdm = /(\d{1,3})%\|[^|]{0,300}\|\s*(\S+)\/(\S+) \[/;
/** Between brackets: something that fills it, then what is left of it. */
const bracketed = /[[|(<⸨](?=[^\]|)>⸩]*[#=>█▉▊▋▌▍▎▏▓▒■▪▰━●⣿*-])[#=\-*+>█▉▊▋▌▍▎▏▓▒░■□▪▫▰▱━╸╺●○⣿⣀.· ]{3,}[\]|)>⸩]/;
const empty = /\[ {8,}\]|\[-{8,}\]|\[\.{8,}\]/;
const open = /[█▉▊▋▌▍▎▏▓▒░■□▪▫▰▱━╸╺⣿⣀]{4,}/;
const hashes = /^#{1,200} +(\d{1,3}\.\d)%$|^#{20,} (100\.0)%$/;

export const bar: Form = ({ text, redrawn }) => {
  const hash = hashes.exec(text.trim());
  if (hash) {
    return percentReading(Number(hash[1] ?? hash[2]), { key: 'bar:#', trust: 'sure', label: null, message: null });
  }
  const one = tqdm.exec(text);
  if (one) {
    const before = text.slice(0, one.index);
    const named = { key: `bar:${keyOf(before)}`, trust: 'sure', label: labelOf(before), message: null } as const;
    const counted = findCount(text.slice(text.indexOf('|', text.indexOf('|') + 1) + 1));
    return counted && !counted.measured
      ? countReading(counted.current, counted.total, named)
      : percentReading(Number(one[1]), named);
  }
  const drawn = bracketed.exec(text) ?? open.exec(text) ?? empty.exec(text);
  if (drawn === null) return null;
  const percent = findPercent(text);
  const counted = findCount(text);
  // A rule across the page, or what is left over in a table, says nothing of progress.
  if (percent === null && (counted === null || !beside(counted.from, drawn.index + drawn[0].length))) return null;
  const found = counted !== null && (percent === null || agree(percent, counted)) ? counted : percent;
  if (found === null) return null;
  const from = Math.min(drawn.index, found.from, percent?.from ?? found.from);
  const { current, total } = shown(found);
  const label = labelOf(text.slice(0, from).replace(/\bprogress\b/i, ''));
  const after = found.from > drawn.index && !found.measured ? text.slice(found.to) : '';
  const message = after.startsWith(':') ? messageOf(after) : null;
  return countReading(current, total, {
    ...{ key: `bar:${keyOf(text.slice(0, from))}`, trust: redrawn ? 'sure' : trustOf(drawn[0]) },
    ...{ label, message },
  });
};

/** Whether a count comes right after a bar. */
const beside = (from: number, end: number) => from >= end && from - end <= 3;

/** A line of its own may be a rule with a heading; a bar has an end that is not reached, or brackets. */
const trustOf = (drawn: string) => (/^[[⸨|]/.test(drawn) || /[░▱□╺]/.test(drawn) ? 'sure' : 'likely');
