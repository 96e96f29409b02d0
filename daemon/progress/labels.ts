/** Names of bars and phases, taken from the text around a number. */

/** The time, level and tags that loggers add before a line. */
const logPrefix =
  /^(?:\[?\d{4}-\d\d-\d\d[T ]?|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\]?|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR)\]?:?(?=\s|$)|[\s|:-]+)+/i;

/** The line without a logger's prefix. */
export function withoutLogPrefix(text: string): string {
  return text.replace(logPrefix, '');
}

/** Sizes, times and speeds that are separate words. */
const amounts = /(?<!\S)[[(]?\d[\d.,:]*(?:[kKMGTP]?i?B)?(?:\/s)?[\])]?(?!\S)/g;

/** Turns text into the name of a phase: one line without amounts, at most 80 characters. Null if nothing is left. */
export function labelOf(text: string): string | null {
  return messageOf(withoutLogPrefix(text).replace(amounts, ' '));
}

/** Turns text into a progress message: one line, at most 80 characters. Null if nothing is left. */
export function messageOf(text: string): string | null {
  const words = text.replace(/\s+/g, ' ').replace(/^[\s:;,.|(<[\]>)=#*–—-]+|[\s:;,.|(<[=#*–—…-]+$/g, '');
  if (!/\p{L}{2}/u.test(words)) return null;
  const cut = words.slice(0, 80);
  return cut.length < words.length ? `${cut.replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…` : cut;
}

/** The letters of a bar's text, which stay the same while its numbers change. */
export function keyOf(text: string): string {
  return (withoutLogPrefix(text).match(/\p{L}+/gu) ?? []).join(' ').slice(0, 80).toLowerCase();
}
