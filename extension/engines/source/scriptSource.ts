/** Finds Inngest functions in the text of a TypeScript or JavaScript file, by a small reading of it. */

/** The line (from 0) of `createFunction({ id: 'send-receipt', … })`; null when there is none. */
export function createFunctionLine(text: string, id: string): number | null {
  for (const { index, 0: call } of text.matchAll(/\bcreateFunction\s*(?:<[^()]*>)?\s*\(\s*(?=\{)/g)) {
    if (isCommented(text, index)) continue;
    if (idOf(text, index + call.length) === id) return text.slice(0, index).split('\n').length - 1;
  }
  return null;
}

/** The property `id` of the object that begins at `open`, where that is a plain string; null otherwise. */
function idOf(text: string, open: number): string | null {
  const tokens = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(['"`])((?:\\.|(?!\1)[^\\])*)\1|[{}[\]()]|\bid\s*:\s*(?=['"`])/g;
  tokens.lastIndex = open;
  let depth = 0;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [token] = match;
    if (/^[{[(]$/.test(token)) depth += 1;
    else if (/^[}\])]$/.test(token)) depth -= 1;
    else if (depth === 1 && /^id\b/.test(token)) return tokens.exec(text)?.[2] ?? null;
    if (depth <= 0) return null;
  }
  return null;
}

/** Whether a place stands behind `//`, or on a line of a block comment that begins with a star. */
function isCommented(text: string, index: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
  return /^\s*(?:\/\/|\*|\/\*)/.test(line);
}
