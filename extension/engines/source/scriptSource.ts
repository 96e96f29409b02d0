/** Finds Inngest functions in the text of a TypeScript or JavaScript file with simple patterns. */

/** The line (from 0) of `createFunction({ id: 'send-receipt', … })`, or null. */
export function createFunctionLine(text: string, id: string): number | null {
  for (const { index, 0: call } of text.matchAll(/\bcreateFunction\s*(?:<[^()]*>)?\s*\(\s*(?=\{)/g)) {
    if (isCommented(text, index)) continue;
    if (idOf(text, index + call.length) === id) return text.slice(0, index).split('\n').length - 1;
  }
  return null;
}

/** The property `id` of the object that starts at `open`, if it is a string literal, or null. */
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

/** Whether the line is a `//` comment or part of a block comment that starts with `*`. */
function isCommented(text: string, index: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
  return /^\s*(?:\/\/|\*|\/\*)/.test(line);
}
