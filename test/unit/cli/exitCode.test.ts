import assert from 'node:assert/strict';
import { exitCodeOf } from '../../../cli/exitCode.ts';

const of = (status: string, exitCode: number | null, signal: string | null = null) =>
  exitCodeOf({ status, exitCode, signal });

describe('the exit code for a job', () => {
  it('is the one of the job', () => {
    assert.equal(of('completed', 0), 0);
    assert.equal(of('failed', 3), 3);
    assert.equal(of('failed', 127), 127);
  });

  it('is 128+n after signal n, recorded as code or as name', () => {
    assert.equal(of('cancelled', 143, 'SIGTERM'), 143);
    assert.equal(of('failed', null, 'SIGKILL'), 137);
    assert.equal(of('cancelled', null, 'SIGINT'), 130);
  });

  it('is never 0 if the job did not complete', () => {
    assert.equal(of('failed', null), 1);
    assert.equal(of('failed', 0), 1);
    assert.equal(of('lost', null), 1);
    assert.equal(of('cancelled', null), 130);
    assert.equal(of('cancelled', 0), 130);
  });
});
