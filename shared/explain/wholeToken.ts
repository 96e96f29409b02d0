/** Makes sure that an explanation quotes whole names. */

/** Groups that are part of a longer text in regular output, such as the host of a URL. */
const parts = new Set(['host', 'port', 'size', 'bytes', 'user', 'reason', 'interpreter']);
const standardStreams = /^(?:standard (?:input|output|error)|stdin|stdout|stderr|-)$/;

/** The groups of a match (with indices), without those that are cut out of a longer word, name or path. */
export function wholeGroups(match: RegExpExecArray): Record<string, string> {
  const groups: Record<string, string> = {};
  for (const [name, text] of Object.entries(match.groups ?? {})) {
    const [start, end] = match.indices?.groups?.[name] ?? [0, 0];
    if (!text || standardStreams.test(text)) continue;
    const [before, after] = [match.input.slice(0, start), match.input.slice(end)];
    const isPart = /[\p{L}\p{M}\p{N}_]$/u.test(before) || /^[\p{L}\p{M}\p{N}_]/u.test(after);
    const isShort = !parts.has(name) && /^[-./@+~\\][\p{L}\p{N}_]/u.test(after);
    if (!isPart && !isShort) groups[name] = text;
  }
  return groups;
}
