import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { JobdeckError } from '../../../shared/errors.ts';

class Narrower extends JobdeckError {}

describe('an expected error', () => {
  const error = new JobdeckError({ code: 'JOB_NOT_FOUND', message: 'There is no job x.', hint: null });

  it('is recognized, even if another bundle threw it', async () => {
    // A second copy of the module, as in another bundle.
    const again = '../../../shared/errors.ts?again';
    const copy = (await import(again)) as { JobdeckError: typeof JobdeckError };
    assert.notEqual(copy.JobdeckError, JobdeckError);
    assert.ok(new copy.JobdeckError({ code: 'INTERNAL', message: 'x', hint: null }) instanceof JobdeckError);
    assert.ok(error instanceof copy.JobdeckError && error instanceof JobdeckError && error instanceof Error);
  });

  it('is not any other error', () => {
    for (const other of [new Error('x'), null, undefined, 'x', { code: 'INTERNAL' }]) {
      assert.ok(!((other as unknown) instanceof JobdeckError));
    }
    assert.ok(!(error instanceof Narrower));
    assert.ok(new Narrower({ code: 'INTERNAL', message: 'x', hint: null }) instanceof Narrower);
    assert.ok(new Narrower({ code: 'INTERNAL', message: 'x', hint: null }) instanceof JobdeckError);
  });

  it('is sent as its code, message and hint only', () => {
    assert.deepEqual(error.toBody(), { code: 'JOB_NOT_FOUND', message: 'There is no job x.', hint: null });
    assert.deepEqual(JSON.parse(JSON.stringify(error)), { name: 'JobdeckError', code: 'JOB_NOT_FOUND', hint: null });
  });
});
