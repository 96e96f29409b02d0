/** Where in a file a schedule is defined. */

/** Where a file names the job of a schedule as a key; its beginning when it doesn't. */
export function placeOf(name: string, text: string): number {
  const key = JSON.stringify(name);
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    if (/^\s*:/.test(text.slice(at + key.length))) return at;
  }
  return 0;
}
