/**
 * `npm run l10n`: regenerates the English bundle, sorts the German one, removes obsolete entries, and lists untranslated
 * texts. Those are shown in English; only real mistakes make the command fail.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  englishFile,
  englishManifest,
  fileText,
  germanFile,
  germanManifest,
  missingTexts,
  mistakes,
  readTexts,
  type Texts,
} from './bundles.ts';
import { collect, root } from './collect.ts';

const { texts, problems } = await collect();
mkdirSync(join(root, 'l10n'), { recursive: true });
writeFileSync(join(root, englishFile), fileText(texts));
const kept = Object.entries(readTexts(germanFile)).filter(([key]) => Object.hasOwn(texts, key));
const german: Texts = Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(root, germanFile), fileText(german));

const [manifest, germanOfManifest] = [readTexts(englishManifest), readTexts(germanManifest)];
const missing = [...missingTexts(texts, german), ...missingTexts(manifest, germanOfManifest)];
for (const key of missing) console.log(`not translated: ${JSON.stringify(key)}`);
const wrong = [
  ...problems.map(({ file, line, message }) => `${file}:${line}: ${message}`),
  ...mistakes(texts, german).map((one) => `${germanFile}: ${one}`),
  ...mistakes(manifest, germanOfManifest).map((one) => `${germanManifest}: ${one}`),
];
for (const one of wrong) console.error(one);
const count = Object.keys(texts).length + Object.keys(manifest).length;
console.log(`${count} texts, ${missing.length} without a German translation, ${wrong.length} mistakes.`);
process.exitCode = wrong.length === 0 ? 0 : 1;
