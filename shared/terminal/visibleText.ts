/** Text in which nothing is hidden, for readers that see characters instead of glyphs, such as language models. */

/**
 * Characters without a glyph: controls, bidirectional and other format characters, tags, zero-width characters, variation
 * selectors, line separators, fillers and lone surrogates.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** What makes up an emoji, such as 👩‍💻 and 1️⃣. */
const emoji = /\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)*|[\d#*]\ufe0f?\u20e3/gu;

/** The text with invisible characters as `\u{202e}`. Line feeds and tabs stay, and so do emoji. */
export function visibleText(text: string): string {
  let visible = '';
  let end = 0;
  for (const { index, 0: whole } of text.matchAll(emoji)) {
    visible += escaped(text.slice(end, index)) + whole;
    end = index + whole.length;
  }
  return visible + escaped(text.slice(end));
}

function escaped(text: string): string {
  return text.replace(invisible, (character) => {
    return character === '\n' || character === '\t' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}
