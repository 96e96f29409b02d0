/** Reads JSON from other systems without trusting its shape: unexpected values become null, nothing is thrown. Pure. */
export type JsonObject = Record<string, unknown>;

export function asRecord(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text that isn't empty, truncated to `limit` characters. */
export const asText = (value: unknown, limit = Number.POSITIVE_INFINITY): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, limit) : null;

export const asNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
