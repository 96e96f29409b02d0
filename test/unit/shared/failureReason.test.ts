import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { failureReason, headlineText } from '../../../shared/failureReason.ts';
import type { JobError } from '../../../shared/job.ts';

const headline = { text: '1 failed, 1 passed: test_discount', place: null };
const error = (more: Partial<JobError>): JobError => ({
  code: 'EXIT_CODE',
  message: 'The command exited with exit code 1.',
  hint: null,
  details: null,
  ...more,
});

describe('the reason of a failure', () => {
  it('is what the program said', () => {
    assert.equal(failureReason(error({ headline })), headline.text);
  });

  it('is the message without a headline, as in errors of older versions', () => {
    assert.equal(failureReason(error({})), 'The command exited with exit code 1.');
    assert.equal(failureReason(error({ headline: null })), 'The command exited with exit code 1.');
  });

  it('is the message if it names the cause', () => {
    const known = error({ code: 'PORT_IN_USE', message: 'Port 80 is already in use.', headline });

    assert.equal(failureReason(known), 'Port 80 is already in use.');
    assert.equal(headlineText(known), null);
  });
});
