/** Names of bars and phases, taken from the text around a number. */

/** Time, level and tags that loggers put before a line. */
const logPrefix =
  /^(?:\[?\d{4}-\d\d-\d\d[T ]?|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\]?|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR)\]?:?(?=\s|$)|[\s|:-]+)+/i;

/** The line without what loggers put before it. */
export function withoutLogPrefix(text: string): string {
  return text.replace(logPrefix, '');
}

/** Sizes, times and speeds that stand for themselves. */
const amounts = /(?<!\S)[[(]?\d[\d.,:]*(?:[kKMGTP]?i?B)?(?:\/s)?[\])]?(?!\S)/g;

/** Text as the name of a phase: one line, at most 80 characters, without amounts; null for none. */
export function labelOf(text: string): string | null {
  return messageOf(withoutLogPrefix(text).replace(amounts, ' '));
}

/** Text as what is being done: one line, at most 80 characters; null for none. */
export function messageOf(text: string): string | null {
  const words = text.replace(/\s+/g, ' ').replace(/^[\s:;,.|(<[\]>)=#*–—-]+|[\s:;,.|(<[=#*–—…-]+$/g, '');
  if (!/\p{L}{2}/u.test(words)) return null;
  const cut = words.slice(0, 80);
  return cut.length < words.length ? `${cut.replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…` : cut;
}

/** What stays the same of a bar's text while it goes on: its letters. */
export function keyOf(text: string): string {
  return (withoutLogPrefix(text).match(/\p{L}+/gu) ?? []).join(' ').slice(0, 80).toLowerCase();
}
