/** Taking texts apart. */

/** The first `length` UTF-16 units of a text, one less where that would be half a character. */
export function beginningOf(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
