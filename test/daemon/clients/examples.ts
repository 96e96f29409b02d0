/** Reads examples from the documentation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.ts';

/** The only example in a language in a file that contains these words. */
export function example(file: string, language: string, words: string): string {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, lang, code = '']) =>
    lang === language && code.includes(words) ? [code] : [],
  );
  const [code, another] = found;
  if (code === undefined || another !== undefined) {
    throw new Error(`${file} has ${found.length} ${language} examples with “${words}”.`);
  }
  return code;
}
