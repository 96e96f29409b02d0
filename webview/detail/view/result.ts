/** A job's result in a few lines: its numbers and words, and how long its lists are. The whole is in the raw data. */
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';

export interface ResultRow {
  /** Null when the result is a single value. */
  label: string | null;
  value: string;
  /** The first of a list's items that are words or numbers. */
  items: string[];
}

const mostRows = 50;
const mostItems = 10;
const longestText = 2_000;

/** Rows for a result, none when there is no result. */
export function resultRows(result: unknown): ResultRow[] {
  if (result === null || result === undefined) return [];
  if (typeof result !== 'object' || Array.isArray(result)) return [row(null, result)];
  return Object.entries(result)
    .slice(0, mostRows)
    .map(([label, value]) => row(label, value));
}

function row(label: string | null, value: unknown): ResultRow {
  return {
    label,
    value: wordFor(value),
    items: Array.isArray(value) ? value.filter(isScalar).slice(0, mostItems).map(wordFor) : [],
  };
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function wordFor(value: unknown): string {
  if (value === null || value === undefined) return strings.nothing;
  if (typeof value === 'boolean') return value ? strings.yes : strings.no;
  if (typeof value === 'number') return value.toLocaleString(t.language);
  if (typeof value === 'string') return value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  if (Array.isArray(value)) return value.length === 1 ? strings.oneItem : fill(strings.items, value.length);
  const { length } = Object.keys(value);
  return length === 1 ? strings.oneField : fill(strings.fields, length);
}
