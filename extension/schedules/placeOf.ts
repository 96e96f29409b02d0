/** Finds the definition of a schedule in a file. */

/** Offset of the schedule's job name as a JSON key, or 0. */
export function placeOf(name: string, text: string): number {
  const key = JSON.stringify(name);
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    if (/^\s*:/.test(text.slice(at + key.length))) return at;
  }
  return 0;
}
