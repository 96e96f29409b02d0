/** Collects all translatable texts from the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientTexts, tableNames } from './clientTexts.ts';
import { messageTexts } from './messageTexts.ts';
import { type AnyNode, treeOf } from './syntax.ts';
import { omittedTranslators, translatedFunctions } from './translators.ts';

export const root = join(import.meta.dirname, '../..');

/** Folders with the texts of editor and pages. Text stored by the daemon stays in English. */
const client = /^(?:extension\/(?!tracking\/|tasks\/trackedTask|terminals\/trackedCommand)|webview\/|shared\/)/;

/** Modules that translate for others and contain no messages. */
const rims = new Set(['shared/translate.ts', 'extension/base/translate.ts', 'webview/texts.ts']);

export interface Collected {
  /** English texts by key: the text itself, or the code of a message in shared/messages. */
  readonly texts: Readonly<Record<string, string>>;
  readonly problems: readonly { file: string; line: number; message: string }[];
}

/** A source file with its syntax tree. */
export interface Source {
  /** Path relative to the root, with `/`. */
  readonly file: string;
  readonly tree: AnyNode;
}

/** Reads all sources with texts. */
export function readSources(): Source[] {
  return ['extension', 'webview', 'shared'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !rims.has(file) && client.test(file))
      .sort()
      .map((file) => ({ file, tree: treeOf(readFileSync(join(root, file), 'utf8')) })),
  );
}

/** Collects the texts of sources, and the problems that prevent translation. */
export function collectSources(sources: readonly Source[]): Collected {
  const tables = new Set(sources.flatMap(({ tree }) => tableNames(tree)));
  const shared = sources.filter(({ file }) => file.startsWith('shared/'));
  const translators = translatedFunctions(shared.map(({ tree }) => tree));
  const found = sources.map(({ file, tree }) => {
    const { messages, problems } = clientTexts(tree, tables);
    const omitted = file.startsWith('shared/') ? [] : omittedTranslators(tree, translators);
    return { messages, problems: [...problems, ...omitted].map((problem) => ({ file, ...problem })) };
  });
  const texts = found.flatMap(({ messages }) => messages).map((text) => [text, text]);
  return { texts: Object.fromEntries(texts), problems: found.flatMap(({ problems }) => problems) };
}

/** Collects all texts of the sources and the messages. */
export async function collect(sources: readonly Source[] = readSources()): Promise<Collected> {
  const folder = 'shared/messages';
  const { texts, problems } = collectSources(sources);
  const { texts: messages, twice } = await messageTexts(join(root, folder));
  const all = Object.entries({ ...texts, ...messages }).sort(([a], [b]) => (a < b ? -1 : 1));
  const clashes = twice.map((code) => ({ file: folder, line: 0, message: `two tables define ${code}` }));
  return { texts: Object.fromEntries(all), problems: [...problems, ...clashes] };
}
