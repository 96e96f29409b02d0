import assert from 'node:assert/strict';
import type { JobDetail, JobError } from '../../../../shared/job.ts';
import { causeOf } from '../../../../webview/detail/view/cause.ts';
import { aFailedJob, aJob, anAttempt } from './builders.ts';

const exitCode: JobError = { code: 'EXIT_CODE', message: 'It failed with 3.', hint: 'Check its log.', details: 'boom' };
const headline = {
  text: '1 failed, 1 passed: test_discount',
  place: { file: 'tests/test_shop.py', line: 9, column: null },
};

function of(error: JobError, over: Partial<JobDetail> = {}) {
  const job = aFailedJob({ error, attempts: [anAttempt({ status: 'failed', error })], ...over });
  return causeOf(job, job.attempts[0] ?? null, 1);
}

describe('the cause of a failure', () => {
  it('is in the words of the program, with the place in the source', () => {
    const cause = of({ ...exitCode, headline });
    assert.deepEqual([cause?.text, cause?.place], ['1 failed, 1 passed: test_discount', 'tests/test_shop.py:9']);
    assert.deepEqual([cause?.message, cause?.hint], [null, null], 'They say only that the output says why.');
    assert.deepEqual(cause?.wanted, ['1 failed, 1 passed: test_discount', 'tests/test_shop.py:9']);
  });

  it('has the place relative to the folder of the job', () => {
    const at = (file: string) =>
      of({ ...exitCode, headline: { ...headline, place: { file, line: 9, column: null } } }, { cwd: '/work/shop' })
        ?.place;
    assert.equal(at('/work/shop/src/a.js'), 'src/a.js:9');
    assert.equal(at('/work/shopping/a.js'), '/work/shopping/a.js:9');
    assert.equal(at('../a.js'), '../a.js:9');
  });

  it('is the message of the error otherwise', () => {
    const cause = of(exitCode);
    assert.deepEqual([cause?.text, cause?.place, cause?.message], ['It failed with 3.', null, null]);
  });

  it('has the hint only if it says more than the output', () => {
    assert.equal(of(exitCode)?.hint, null);
    assert.equal(of({ ...exitCode, variant: 'noOutput', params: {} })?.hint, 'Check its log.');
    const missing = { ...exitCode, code: 'MODULE_MISSING', message: 'The module x is missing.', hint: 'Install it.' };
    assert.equal(of(missing)?.hint, 'Install it.');
    const both = of({ ...missing, headline: { text: 'ModuleNotFoundError: x', place: null } });
    assert.deepEqual(
      [both?.text, both?.message, both?.hint],
      ['ModuleNotFoundError: x', 'The module x is missing.', 'Install it.'],
    );
  });

  it('has a hint without the line of the log that it quotes', () => {
    const quoting = {
      ...exitCode,
      code: 'X',
      hint: 'Install it. Output: sh: 1: mak: not found',
      params: { line: 'sh: 1: mak: not found' },
    };
    assert.equal(of(quoting)?.hint, 'Install it.');
    assert.equal(of(quoting, { connection: 'dev' })?.hint, quoting.hint);
  });

  it('has the output only of a job whose log is elsewhere', () => {
    assert.equal(of(exitCode)?.details, null);
    assert.equal(of(exitCode, { connection: 'dev' })?.details, 'boom');
  });

  it('belongs to the selected attempt', () => {
    const first = { code: 'COMMAND_NOT_FOUND', message: 'No “mak”.', hint: null, details: null };
    const attempts = [anAttempt({ status: 'failed', error: first }), anAttempt({ number: 2, status: 'failed' })];
    const job = aFailedJob({ attempt: 2, attempts });
    assert.equal(causeOf(job, attempts[1] ?? null, 2)?.text, 'It ended with exit code 3.');
    assert.equal(causeOf(job, attempts[0] ?? null, 1)?.text, 'No “mak”.');
  });

  it('of an earlier attempt is not shown while the job runs again', () => {
    const again = anAttempt({ number: 2 });
    const job = aJob({ attempt: 2, attempts: [...aFailedJob().attempts, again] });
    assert.equal(causeOf(job, again, 2), null);
    assert.equal(causeOf(job, job.attempts[0] ?? null, 1)?.code, 'EXIT_CODE');
  });
});
