/** Changes the text of `config.json`, with its comments and layout. Part of the bundle with the JSON parser. */
import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import { parseCommented } from '../../shared/files/commentedJson.ts';
import { formattingOf } from './addJob.ts';

export { parseCommented } from '../../shared/files/commentedJson.ts';

/** The text with these values changed. An undefined value is removed, and its section with the last one. Null if it is not valid. */
export function changeValues(text: string, changes: Readonly<Record<string, unknown>>): string | null {
  const before = text.replace(/^\uFEFF/, '');
  const start = before.trim() === '' ? '{}\n' : before;
  const data = parseCommented(start);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  const formattingOptions = formattingOf(start);
  const set = (all: string, path: string[], value: unknown) =>
    applyEdits(all, modify(all, path, value, { formattingOptions }));
  return Object.entries(changes).reduce((all, [name, value]) => {
    const path = name.split('.');
    const [section = ''] = path;
    const holder = path.length > 1 ? find(all, [section]) : undefined;
    if (value === undefined) {
      if (find(all, path) === undefined) return all;
      return set(all, holder?.children?.length === 1 ? [section] : path, undefined);
    }
    // A section that is no object holds nothing.
    const cleared = holder !== undefined && holder.type !== 'object' ? set(all, [section], undefined) : all;
    return set(cleared, path, value);
  }, start);
}

function find(text: string, path: string[]) {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return root && findNodeAtLocation(root, path);
}
