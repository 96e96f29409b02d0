/** The first `length` UTF-16 units of a text, or one less to avoid cutting a character in half. */
export function beginningOf(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
