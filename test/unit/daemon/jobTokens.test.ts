import assert from 'node:assert/strict';
import { JobTokens } from '../../../daemon/jobTokens.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];

describe('the token of a job', () => {
  const tokens = new JobTokens('secret');

  it('is valid for its job, and only in its home', () => {
    assert.equal(tokens.jobOf(tokens.tokenOf('job1')), 'job1');
    assert.equal(new JobTokens('another').jobOf(tokens.tokenOf('job1')), null);
    assert.equal(tokens.jobOf(tokens.tokenOf('job1').replace('job1', 'job2')), null);
  });

  it('is invalid with any character changed', () => {
    const token = tokens.tokenOf('job1');
    for (let at = 0; at < token.length; at += 1) {
      for (const letter of letters.filter((one) => one !== token[at])) {
        assert.equal(tokens.jobOf(token.slice(0, at) + letter + token.slice(at + 1)), null, `${letter} at ${at}`);
      }
    }
  });
});
