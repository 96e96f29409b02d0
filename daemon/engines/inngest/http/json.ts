/** Reads JSON from servers of any version. Pure. */
import { asRecord, asText } from '../../untrustedJson.ts';

/** Text that isn't empty, truncated to 1,000 characters by default. */
export const readText = (value: unknown, limit = 1000): string | null => asText(value, limit);

/** An integer, which may be text: protocol buffers write 64-bit numbers as text in JSON. */
export function readInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** Milliseconds of an ISO time. Go writes an unset time as the year 1. */
export function readTime(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) && at > 0 ? at : null;
}

/** The value at a path of names; undefined if there is none. */
export const getPath = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, name) => asRecord(inner)?.[name], value);
