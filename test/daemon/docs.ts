/** The documentation's commands and examples, as they stand in its pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Pages for users: their commands are checked, and their shell examples run. */
export const userPages = [
  'README.md',
  ...['cli', 'definitions', 'editor', 'engines', 'reporting', 'settings', 'troubleshooting'].map(
    (name) => `docs/${name}.md`,
  ),
];

/** All pages, relative to the root. */
export function allPages(): string[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SUPPORT.md', ...below.map((name) => join('docs', name))]
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative(root, join(root, name)));
}

export function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/**
 * The code blocks of a language. A block that starts with ```sh notest needs what tests don't have, such as a network, and
 * counts only with `includeUntested`.
 */
export function codeBlocks(page: string, language: string, { includeUntested = false } = {}): string[] {
  return [...readPage(page).matchAll(/^```(\w+)( notest)?\n(.*?)^```$/gms)].flatMap(([, lang, notest, code = '']) =>
    lang === language && (includeUntested || notest === undefined) ? [code] : [],
  );
}

/** Text in backticks outside of code blocks. */
export function inlineCode(page: string): string[] {
  const text = readPage(page).replace(/^```.*?^```$/gms, '');
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

/** Splits a command line into words as a shell does, without expansions. */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single),
  );
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(page: string): string[] {
  const text = readPage(page).replace(/^```.*?^```$/gms, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Targets of a page's relative links, as file and anchor. */
export function links(page: string): { file: string; anchor: string | undefined }[] {
  const text = readPage(page).replace(/`[^`\n]+`/g, '');
  return [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, file = '', anchor]) => ({
    file: file === '' ? page : join(dirname(page), file),
    anchor,
  }));
}

const folders = 'bench cli clients daemon docs extension l10n media shared test tools webview'.split(' ');

/** Files and folders of the sources that a page names. */
export function paths(page: string): string[] {
  const code = inlineCode(page);
  const suites = page.endsWith('EDITOR-CHECKLIST.md')
    ? code.filter((one) => /^(unit|editor|walk|package)\//.test(one))
    : [];
  return [
    ...code.filter((one) => new RegExp(`^(${folders.join('|')})/[\\w./-]*$`).test(one)),
    ...suites.map((name) => (existsSync(join(root, 'test', name)) ? `test/${name}` : `test/${name}.test.ts`)),
  ];
}
