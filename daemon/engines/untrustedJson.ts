/** Reading what somebody else wrote, without believing its shape: what is not as expected is null, never thrown. Pure. */
export type Fields = Record<string, unknown>;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text that is not empty, cut at `limit` characters. */
export const textOf = (value: unknown, limit = Number.POSITIVE_INFINITY): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, limit) : null;

export const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
