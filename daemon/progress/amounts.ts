/** Finds percentages and `n/m` in a line that are not part of a date, a path, a version or an address. */
import { numberOf } from './reading.ts';

export interface Found {
  current: number;
  total: number;
  /** A size or another measured quantity, which is shown as a percentage. */
  measured: boolean;
  /** Start and end index in the line. */
  from: number;
  to: number;
}

const percent = /(?<![\w.,/+%-])(\d{1,3}(?:[.,]\d{1,3})?) ?%(?![\w%])/;
const number = String.raw`\d{1,15}(?:[.,_]\d{1,9}){0,5}`;
const unit = '(?:[kKMGTP]i?B?|B|bytes)';
const count = new RegExp(
  String.raw`(?<![\w.,/:#+\\-])(${number})(?: ?(${unit}))?(?: ?/ ?| of )(${number})(?: ?(${unit})(?![\w]))?(?![\w\\/-]|[.,:]\d)`,
);
const powers = 'kmgtp';

/** The first percentage of a line, up to 100. */
export function findPercent(text: string): Found | null {
  const found = percent.exec(text);
  const current = numberOf(found?.[1]);
  if (found === null || !(current <= 100)) return null;
  return { current, total: 100, measured: true, from: found.index, to: found.index + found[0].length };
}

/** The first `n/m` or `n of m` of a line. */
export function findCount(text: string): Found | null {
  const found = count.exec(text);
  if (found === null) return null;
  const [whole, n, ownUnit, m, unitOfBoth] = found;
  const current = numberOf(n) * scale(ownUnit ?? unitOfBoth);
  const total = numberOf(m) * scale(unitOfBoth ?? ownUnit);
  if (!(total > 0 && current <= total)) return null;
  const measured = unitOfBoth !== undefined || ownUnit !== undefined || !Number.isInteger(total);
  return { current, total, measured, from: found.index, to: found.index + whole.length };
}

/** Only the ratio of two units matters, so decimal and binary units need not be distinguished. */
function scale(unit: string | undefined): number {
  return 1024 ** (powers.indexOf((unit ?? '').charAt(0).toLowerCase() || '-') + 1);
}

/** Converts measured quantities and counts of a million or more to a percentage with one decimal. Other counts are kept. */
export function displayed({ current, total, measured }: Found): { current: number; total: number } {
  return measured || total >= 1_000_000
    ? { current: Math.floor((current / total) * 1000) / 10, total: 100 }
    : { current, total };
}

/** Marks a count up to 100, which would otherwise be taken for a percentage. */
export function countMark({ total, measured }: Found): { counted?: true } {
  return total === 100 && !measured ? { counted: true } : {};
}

/** Whether a percentage and a count in the same line are of the same thing. */
export function agree(percentage: Found, counted: Found): boolean {
  return Math.abs(percentage.current - (100 * counted.current) / counted.total) <= 1.01;
}
