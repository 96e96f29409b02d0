/** Limits the nesting of JSON from outside. It can be parsed at any depth, but recursive functions overflow. */

/** Levels of lists and objects. Python's parser takes less than 1,000. */
export const maxNesting = 500;
/** Levels of a value inside a message, which leave some for the message itself. */
export const maxValueNesting = 450;

/** Whether a JSON text has more levels. It does not have to be valid. */
export function isNestedTooDeep(text: string, limit = maxNesting): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case openList:
      case openObject:
        depth += 1;
        if (depth > limit) return true;
        break;
      case closeList:
      case closeObject:
        depth -= 1;
        break;
    }
  }
  return false;
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d] as const;

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

/**
 * Parses JSON of other systems. Values that are nested too deep are replaced by `…`, so that the rest can be used.
 * @throws SyntaxError
 */
export function parseCut(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return isNestedTooDeep(text, maxValueNesting) ? cutBelow(value, maxValueNesting) : value;
}

function cutBelow(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => cutBelow(item, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cutBelow(item, levels - 1)]));
}
