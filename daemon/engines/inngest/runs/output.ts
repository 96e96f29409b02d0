/** What runs and steps return, as far as it is kept here. */
import { fieldsOf } from '../../untrustedJson.ts';

/** An output as it was returned: one that is no object comes as `{"data": …}` from the v2 API. */
export function unwrapped(output: unknown): unknown {
  const fields = fieldsOf(output);
  const isWrapped = fields && Object.keys(fields).length === 1 && 'data' in fields && fieldsOf(fields.data) === null;
  return isWrapped ? fields.data : output;
}

/** A value, or its beginning as text when it is larger than that. Sizes in characters of JSON. */
export function bounded(value: unknown, limit: number): unknown {
  const json = JSON.stringify(value) ?? '';
  if (json.length <= limit) return value;
  return { cut: true, characters: json.length, beginning: json.slice(0, Math.min(limit, 1_000)) };
}
