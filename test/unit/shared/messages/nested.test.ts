import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defineProblems, plainMessage } from '../../../../shared/messages/define.ts';
import { hintMessage, problemMessage, reasonOf } from '../../../../shared/messages/nested.ts';
import { messageText } from '../../../../shared/messages/render.ts';
import { translateBy } from '../../../../shared/translate.ts';

const fail = defineProblems({
  'INVALID_REQUEST/date': { message: '{text} is not a date.', hint: 'Correct {text}.' },
  JOB_ALREADY_STARTED: { message: 'It has started.' },
});
const german = translateBy(
  { 'INVALID_REQUEST/date': '{text} ist kein Datum.', 'INVALID_REQUEST/date#hint': 'Korrigiere {text}.' },
  'de',
);

describe('a problem as a parameter of a message', () => {
  it('keeps its code with the variant, and its parameters', () => {
    const error = fail('INVALID_REQUEST/date', { text: 'x' });
    assert.deepEqual(problemMessage(error), {
      code: 'INVALID_REQUEST/date',
      params: { text: 'x' },
      message: 'x is not a date.',
    });
    assert.equal(messageText(problemMessage(error), german), 'x ist kein Datum.');
    assert.deepEqual(reasonOf(error), problemMessage(error));
  });

  it('has a hint that is translated like the message', () => {
    const hint = hintMessage(fail('INVALID_REQUEST/date', { text: 'x' }));
    assert.equal(hint?.message, 'Correct x.');
    assert.equal(hint && messageText(hint, german), 'Korrigiere x.');
    assert.equal(hintMessage(fail('JOB_ALREADY_STARTED')), null);
  });

  it('without parameters, or of another program, is text', () => {
    const old = { code: 'INVALID_REQUEST', message: 'That is no date.', hint: 'Correct it.' };
    assert.deepEqual(problemMessage(old), plainMessage('That is no date.'));
    assert.deepEqual(hintMessage(old), plainMessage('Correct it.'));
    assert.deepEqual(reasonOf(new Error('ENOSPC')), plainMessage('ENOSPC'));
    assert.deepEqual(reasonOf('gone'), plainMessage('gone'));
  });
});
