import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareTexts } from '../../../../tools/l10n/bareTexts.ts';
import {
  englishFile,
  englishManifest,
  fileText,
  germanFile,
  germanManifest,
  missingTexts,
  mistakes,
  readTexts,
} from '../../../../tools/l10n/bundles.ts';
import { collect, collectSources, readSources, root } from '../../../../tools/l10n/collect.ts';
import { treeOf } from '../../../../tools/l10n/syntax.ts';

const sources = readSources();
const { texts, problems } = await collect(sources);

/** Texts that stay in English on purpose, or are never shown. */
const english = new Map<string, RegExp>([
  ['extension/agents/languageModelTools.ts', /./], // Errors are for the model.
  ['extension/agents/registerTools.ts', /./], // A mistake of the programmer.
  ['extension/cli/userPath.ts', /^(?:#!|echo )/], // A script, and a command for the terminal.
  ['extension/definitions/addJob.ts', /./], // A comment in a file that is shared with others.
  ['extension/definitions/tools.ts', /./], // Problems in jobs.json for agents are in English, like its schema.
  ['extension/logs/document/logColors.ts', /./], // Names of theme colors.
  ['extension/logs/analysis/sections.ts', /./], // Patterns that logs are searched for.
  ['extension/scripts/contributedTasks.ts', /^(?:Workspace|User)$/], // Sources of tasks in the editor's API.
  ['extension/scripts/readers/nodeTasks.ts', /^(?:Gulp|Grunt|Jake)file$/],
  ['extension/scripts/readers/justfile.ts', /^Justfile$/], // Names of files, and a command.
  ['extension/scripts/readers/makefile.ts', /^Makefile$/],
  ['extension/scripts/readers/pyproject.ts', /^hatch run/],
  ['shared/errorLine.ts', /^\^Exception/], // A pattern.
  ['webview/detail/log/log.ts', /^error arrow-/], // Classes and selectors.
  ['webview/detail/log/tools.ts', /^icon-button/],
  ['webview/detail/reveal.ts', /codicon$/],
  ['webview/detail/waterfall/element.ts', /^button, /],
  ['shared/validation.ts', /./], // Requests of programs.
  ['shared/when.ts', /./],
]);
/** A product name, and keys of the keyboard. */
const names = /^(?:Jobdeck|Celery|Inngest|Escape|Enter|Home|End|Tab)$/;

describe('the texts', () => {
  it('are all found in the sources', () => {
    assert.deepEqual(
      problems.map(({ file, line, message }) => `${file}:${line}: ${message}`),
      [],
    );
    assert.ok(Object.keys(texts).length > 500, `${Object.keys(texts).length} texts`);
  });

  it('are never used untranslated', () => {
    const looked = sources.filter(({ file }) =>
      /^(?:extension|webview)\/|^shared\/(?!client|definitions|explain|messages)/.test(file),
    );
    const bare = looked.flatMap(({ file, tree }) =>
      bareTexts(tree)
        .filter(({ text }) => !names.test(text) && !english.get(file)?.test(text))
        .map(({ line, text }) => `${file}:${line}: ${text}`),
    );
    assert.deepEqual(bare, []);
  });

  it('match the English bundle: otherwise run “npm run l10n”', () => {
    assert.equal(readFileSync(join(root, englishFile), 'utf8'), fileText(texts));
  });

  it('have no German translation with other placeholders or of a removed text', () => {
    assert.deepEqual(mistakes(texts, readTexts(germanFile)), []);
    assert.deepEqual(mistakes(readTexts(englishManifest), readTexts(germanManifest)), []);
  });

  it('of the manifest match the keys in package.json', () => {
    const manifest = readFileSync(join(root, 'package.json'), 'utf8');
    const named = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => String(key));
    assert.deepEqual([...new Set(named)].sort(), Object.keys(readTexts(englishManifest)).sort());
  });
});

/** As in a template literal. */
const hole = ['$', '{x}'].join('');

describe('an untranslated text', () => {
  const bare = (source: string) => bareTexts(treeOf(source)).map(({ text }) => text);

  it('is found in a literal, a template and in markup', () => {
    assert.deepEqual(
      bare(`show("The job is gone"); show(\`Job ${hole} is gone\`); html\`<p>Gone for ${hole} days</p>\`;`),
      ['The job is gone', 'Job   is gone', 'Gone for = days'],
    );
  });

  it('is not a text that is translated, logged, a class or a name', () => {
    assert.deepEqual(
      bare(`t("The job is gone"); log("The job is gone"); html\`<p class="a b">${hole}</p>\`; f("retryBackoff")`),
      [],
    );
  });
});

describe('a message that can’t be collected', () => {
  const problemsOf = (file: string, source: string) =>
    collectSources([
      { file: 'shared/format.ts', tree: treeOf('export function ago(at, t = untranslated) { return t("just now"); }') },
      { file, tree: treeOf(source) },
    ]).problems.map(({ message }) => message);

  it('is a concatenated one', () => {
    assert.deepEqual(problemsOf('extension/a.ts', 't("Job " + id)'), [
      'the message is neither a literal nor in a table of texts',
    ]);
  });

  it('is not a text from a table, or one of two texts', () => {
    assert.deepEqual(
      problemsOf('extension/a.ts', 'const words = texts({ a: "A" }); t(words[x]); t(one ? "1 job" : "Jobs")'),
      [],
    );
  });

  it('is a shared text that is used without its translator', () => {
    assert.deepEqual(problemsOf('webview/a.ts', 'ago(at); ago(at, t)'), ['ago is called without a translator']);
  });
});

describe('a translation', () => {
  const english = { 'Job {0}': 'Job {0}', Cancel: 'Cancel' };

  it('may be incomplete; missing texts are listed', () => {
    assert.deepEqual(missingTexts(english, { 'Job {0}': 'Job {0}' }), ['Cancel']);
  });

  it('must not have other placeholders, or texts that are no longer used', () => {
    assert.deepEqual(mistakes(english, { 'Job {0}': 'Job {1}', Abort: 'Abbrechen' }), [
      'no longer used: "Abort"',
      'placeholders or commands differ from English: "Job {0}"',
    ]);
  });

  it('may use its placeholders in another order, and repeatedly', () => {
    assert.deepEqual(mistakes({ a: '{0} of {1}' }, { a: '{1}: {0} ({1})' }), []);
  });
});
