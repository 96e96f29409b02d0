import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { JobdeckError } from '../../../../shared/errors.ts';
import { defineMessages, defineProblems, plainMessage } from '../../../../shared/messages/define.ts';
import { hintBesideOutput, hintText, messageText, problemText } from '../../../../shared/messages/render.ts';
import { translateBy, untranslated } from '../../../../shared/translate.ts';

const say = defineMessages({
  'test.started': 'Started as process {pid}.',
  'test.ended': 'Failed after {ms:duration}: {reason}',
  'test.found': { one: '1 job of {queue}', other: '{count} jobs of {queue}' },
  'test.over': 'The job is {status:status}.',
});
const fail = defineProblems({
  JOB_NOT_FOUND: { message: 'No job has the ID {id}.', hint: 'Run {command} to list jobs.' },
  'INVALID_REQUEST/date': { message: '{text} is not a date.' },
});
const german = translateBy(
  {
    'test.started': 'Als Prozess {pid} gestartet.',
    'test.ended': 'Nach {ms:duration} fehlgeschlagen: {reason}',
    'test.found#one': '1 Job aus {queue}',
    'test.found#other': '{count} Jobs aus {queue}',
    JOB_NOT_FOUND: 'Kein Job hat die ID {id}.',
    'JOB_NOT_FOUND#hint': '{command} zeigt alle Jobs.',
    'INVALID_REQUEST/date': '{text} ist kein Datum.',
    '{0} s': '{0} Sek.',
  },
  'de',
);

describe('a message', () => {
  it('carries its code, its parameters and the English text', () => {
    assert.deepEqual(say('test.started', { pid: 12 }), {
      code: 'test.started',
      params: { pid: 12 },
      message: 'Started as process 12.',
    });
  });

  it('is rendered from code and parameters, formatted in the language of the reader', () => {
    const message = say('test.ended', { ms: 2_000, reason: say('test.started', { pid: 1 }) });
    assert.equal(message.message, 'Failed after 2 s: Started as process 1.');
    assert.equal(messageText(message, german), 'Nach 2 Sek. fehlgeschlagen: Als Prozess 1 gestartet.');
    assert.equal(messageText(message, untranslated), message.message);
  });

  it('survives serialization', () => {
    const message = JSON.parse(JSON.stringify(say('test.ended', { ms: 2_000, reason: plainMessage('ENOSPC') })));
    assert.equal(messageText(message, german), 'Nach 2 Sek. fehlgeschlagen: ENOSPC');
  });

  it('has a singular and a plural form', () => {
    const [one, many] = [say('test.found', { count: 1, queue: 'q' }), say('test.found', { count: 3, queue: 'q' })];
    assert.deepEqual([one.message, many.message], ['1 job of q', '3 jobs of q']);
    assert.deepEqual([messageText(one, german), messageText(many, german)], ['1 Job aus q', '3 Jobs aus q']);
  });

  it('is shown in English if it has no translation, no code, or a code of another version', () => {
    assert.equal(messageText(say('test.over', { status: 'failed' }), german), 'The job is failed.');
    assert.equal(messageText(plainMessage('From a program'), german), 'From a program');
    assert.equal(messageText({ code: 'test.later', params: {}, message: 'Later.' }, german), 'Later.');
    assert.equal(
      messageText({ code: null, params: {}, message: 'Written by a program.' }, german),
      'Written by a program.',
    );
  });

  it('does not fill in placeholders inside a value', () => {
    assert.equal(say('test.found', { count: 2, queue: '{count}' }).message, '2 jobs of {count}');
  });

  it('is rendered to a limited depth, even if it contains itself', () => {
    const loop: { code: string; message: string; params: Record<string, unknown> } = {
      code: 'test.ended',
      message: '',
      params: { ms: 1 },
    };
    loop.params.reason = loop;
    assert.match(messageText(loop, german), /\{reason\}$/);
  });
});

describe('the hint of a problem', () => {
  const quoting = {
    code: 'X',
    message: 'No mak.',
    hint: 'Install it. Output: sh: 1: mak',
    params: { line: 'sh: 1: mak' },
  };

  it('beside the output does not quote the output', () => {
    assert.equal(hintBesideOutput(quoting, untranslated), 'Install it.');
    assert.equal(hintBesideOutput({ ...quoting, params: { line: 'else' } }, untranslated), quoting.hint);
    assert.equal(hintBesideOutput({ ...quoting, hint: null }, untranslated), null);
  });

  it('quotes the output at its end, after one word, in every language', () => {
    for (const file of ['bundle.l10n.json', 'bundle.l10n.de.json']) {
      const bundle = JSON.parse(readFileSync(new URL(`../../../../l10n/${file}`, import.meta.url), 'utf8'));
      const hints = Object.entries(bundle).flatMap(([key, text]) => (key.endsWith('#hint') ? [String(text)] : []));
      const quotes = hints.filter((hint) => hint.includes('{line}'));
      assert.ok(quotes.length > 20);
      for (const hint of quotes) assert.match(hint, /\s\S+: \{line\}$/);
    }
  });
});

describe('a problem', () => {
  it('is thrown as an error with a code, a message and a hint', () => {
    const error = fail('JOB_NOT_FOUND', { id: 'x1', command: 'jobdeck ls' });
    assert.ok(error instanceof JobdeckError);
    assert.equal(error.message, 'No job has the ID x1.');
    assert.deepEqual(error.toBody(), {
      code: 'JOB_NOT_FOUND',
      params: { id: 'x1', command: 'jobdeck ls' },
      message: 'No job has the ID x1.',
      hint: 'Run jobdeck ls to list jobs.',
    });
    assert.equal(problemText(error, german), 'Kein Job hat die ID x1. jobdeck ls zeigt alle Jobs.');
  });

  it('has a variant if several share its code', () => {
    const problem = fail.problem('INVALID_REQUEST/date', { text: 'x' });
    assert.deepEqual([problem.code, problem.variant, problem.hint], ['INVALID_REQUEST', 'date', null]);
    assert.equal(messageText(problem, german), 'x ist kein Datum.');
    assert.equal(hintText(problem, german), null);
  });

  it('of an earlier version is shown as it was recorded', () => {
    const old = { code: 'JOB_NOT_FOUND', message: 'There is no job x1.', hint: 'See the jobs.' };
    assert.equal(problemText(old, german), 'There is no job x1. See the jobs.');
  });
});
