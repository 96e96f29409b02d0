/** `npm run l10n`: writes the English bundle anew, puts the German one in order, and says what the translations lack. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  differences,
  englishBundle,
  englishFile,
  englishManifest,
  englishTexts,
  fileText,
  germanFile,
  germanManifest,
  readTexts,
} from './bundles.ts';
import { collect, root } from './collect.ts';

const { keys, problems } = collect();
mkdirSync(join(root, 'l10n'), { recursive: true });
writeFileSync(join(root, englishFile), fileText(englishBundle(keys)));
const german = readTexts(germanFile);
const inOrder = Object.entries(german).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(join(root, germanFile), fileText(Object.fromEntries(inOrder)));
const found = [
  ...problems.map(({ file, line, says }) => `${file}:${line}: ${says}`),
  ...differences(englishTexts(keys), german).map((one) => `${germanFile}: ${one}`),
  ...differences(readTexts(englishManifest), readTexts(germanManifest)).map((one) => `${germanManifest}: ${one}`),
];
for (const one of found) console.log(one);
console.log(`${keys.length} texts, ${found.length === 0 ? 'all translated' : `${found.length} things to do`}.`);
process.exitCode = found.length === 0 ? 0 : 1;
