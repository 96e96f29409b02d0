/** Summarizes a job's result: its numbers and texts, and the lengths of its lists. The raw data has everything. */
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';

export interface ResultRow {
  /** Null if the result is a single value. */
  label: string | null;
  value: string;
  /** The first items of a list that are texts or numbers. */
  items: string[];
}

const mostRows = 50;
const mostItems = 10;
const longestText = 2_000;

/** The rows of a result; empty without a result. */
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
