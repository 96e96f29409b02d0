/** Reading the JSON of a server that may be of any version. Pure. */
import { asRecord, asText } from '../../untrustedJson.ts';

/** Text that is not empty, cut at 1,000 characters unless it says otherwise. */
export const readText = (value: unknown, limit = 1000): string | null => asText(value, limit);

/** A whole number, also when it is told as text, as 64-bit numbers are in JSON made of protocol buffers. */
export function readInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** Milliseconds of an ISO time. Go tells a time that is not set as the year 1. */
export function readTime(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) && at > 0 ? at : null;
}

/** What is at the end of a path of names; undefined when there is none. */
export const getPath = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, name) => asRecord(inner)?.[name], value);
