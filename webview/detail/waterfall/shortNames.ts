/** Names of rows without what all of them begin with. Pure. */

/** What separates the parts of a title. */
const separator = ' · ';

/**
 * The names without their common first parts: “Load rates · Jan 7” is “Jan 7” among the jobs of “Load rates”. A single
 * name stays as it is.
 */
export function shortNames(names: readonly string[]): string[] {
  const [first] = names;
  if (first === undefined || names.length === 1) return [...names];
  let end = 0;
  for (;;) {
    const next = first.indexOf(separator, end);
    if (next < 0) break;
    const prefix = first.slice(0, next + separator.length);
    if (!names.every((name) => name.startsWith(prefix) && name.length > prefix.length)) break;
    end = prefix.length;
  }
  return names.map((name) => name.slice(end));
}
