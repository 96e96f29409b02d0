/** Goes through the sources and collects every text that is translated. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { daemonKey } from '../../shared/translate.ts';
import { whenForms } from '../../shared/when.ts';
import { clientTexts, tableNames } from './clientTexts.ts';
import { daemonSentences } from './daemonTexts.ts';
import { type AnyNode, treeOf } from './syntax.ts';
import { omittedTranslators, translatedFunctions } from './translators.ts';

export const root = join(import.meta.dirname, '../..');

/** Where the texts of editor and pages are. */
const client = /^(?:extension\/(?!tracking\/|tasks\/trackedTask|terminals\/trackedCommand)|webview\/|shared\/)/;
/** Where the daemon and its client say what people read in the editor. What programs, the shell and logs are told is not. */
const daemon = [
  /^daemon\/(?:connections|engines|jobs|progress)\//,
  /^daemon\/scheduling\/cron\.ts$/,
  /^daemon\/logs\/(?:files|reader)\.ts$/,
  /^daemon\/api\/(?:api|errors|monitoring\/health|routes\/log)\.ts$/,
  /^daemon\/start\//,
  /^daemon\/store\/(?:capabilities|commits|database|errors|migrations)\.ts$/,
  /^daemon\/daemon\.ts$/,
  /^shared\/client\/(?!agent\/|reporting\/)/,
  /^shared\/explain\//,
  /^shared\/definitions\/toRequest\.ts$/,
  /^extension\/daemon\//,
  // What the window reports is kept in English, as all that the daemon has.
  /^extension\/(?:tracking\/|tasks\/trackedTask\.ts|terminals\/trackedCommand\.ts)/,
];
/** Of those, what only programs are told that report. */
const notForPeople = /^daemon\/jobs\/reporting\/(?!endings)/;

/** What stands in the place of values in sentences of the daemon. */
const daemonWords = [
  ...['pending', 'waiting', 'running', 'completed', 'failed', 'cancelled', 'lost'],
  ...['port {0}', 'the address it connected to', 'What it waited for'],
  // Why a message of Celery is not read.
  ...['no JSON', 'compressed ({0})'],
  whenForms,
];

/** What translates for all others, and so knows no message. */
const rims = new Set(['shared/translate.ts', 'extension/translate.ts', 'webview/texts.ts']);

export interface Collected {
  /** Keys of the texts, in the order of the alphabet. */
  readonly keys: readonly string[];
  readonly problems: readonly { file: string; line: number; says: string }[];
}

/** A source and its tree. */
export interface Source {
  /** From the root of the checkout, with `/`. */
  readonly file: string;
  readonly tree: AnyNode;
}

/** Every source with texts. */
export function readSources(): Source[] {
  return ['extension', 'webview', 'shared', 'daemon'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .filter((file) => !rims.has(file) && (client.test(file) || daemon.some((pattern) => pattern.test(file))))
      .sort()
      .map((file) => ({ file, tree: treeOf(readFileSync(join(root, file), 'utf8')) })),
  );
}

/** The texts of the sources, and what in them can't be translated. */
export function collect(sources: readonly Source[] = readSources()): Collected {
  const tables = new Set(sources.flatMap(({ tree }) => tableNames(tree)));
  const shared = sources.filter(({ file }) => file.startsWith('shared/'));
  const translators = translatedFunctions(shared.map(({ tree }) => tree));
  const found = sources
    .filter(({ file }) => client.test(file))
    .map(({ file, tree }) => {
      const { messages, problems } = clientTexts(tree, tables);
      const omitted = file.startsWith('shared/') ? [] : omittedTranslators(tree, translators);
      return { messages, problems: [...problems, ...omitted].map((problem) => ({ file, ...problem })) };
    });
  const sentences = sources
    .filter(({ file }) => daemon.some((pattern) => pattern.test(file)) && !notForPeople.test(file))
    .flatMap(({ tree }) => daemonSentences(tree));
  const keys = [
    ...found.flatMap(({ messages }) => messages),
    ...[...daemonWords, ...sentences].map((sentence) => sentence + daemonKey),
  ];
  return { keys: [...new Set(keys)].sort(), problems: found.flatMap(({ problems }) => problems) };
}
