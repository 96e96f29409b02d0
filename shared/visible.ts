/** Text in which characters that can't be seen are shown as escapes such as `\u{200b}`. */
export function visible(text: string): string {
  const hex = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return text.replace(/[\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu, hex);
}
