import assert from 'node:assert/strict';
import { withOptionNames } from '../../../cli/optionNames.ts';
import { JobdeckError } from '../../../shared/errors.ts';

const shown = (message: string, hint: string | null = null, code = 'INVALID_REQUEST') => {
  const error = withOptionNames(new JobdeckError({ code, message, hint }));
  assert.ok(error instanceof JobdeckError);
  return [error.message, error.hint];
};

describe('fields in errors of the daemon', () => {
  for (const [field, option] of [
    ['idempotencyKey', '--key'],
    ['timeLimitMs', '--timeout'],
    ['job.timeLimitMs', '--timeout'],
    ['retry.retryOn[0]', '--retry-on'],
    ['env.PATH', '--env'],
    ['groupConcurrency', '--group-concurrency'],
    ['q', '--text'],
  ] as const) {
    it(`are shown as options: “${field}” as ${option}`, () => {
      assert.deepEqual(shown(`“${field}” must not be empty.`), [`${option} must not be empty.`, null]);
    });
  }

  it('are replaced in hints, too', () => {
    assert.deepEqual(shown('“since” is after “until”.', 'Swap “since” and “until”.'), [
      '--since is after --until.',
      'Swap --since and --until.',
    ]);
  });

  it('stay if there is no option, and in other errors', () => {
    assert.deepEqual(shown('“metadata” must be an object.'), ['“metadata” must be an object.', null]);
    assert.deepEqual(shown('No job “title”.', null, 'JOB_NOT_FOUND'), ['No job “title”.', null]);
    const defect = new TypeError('x');
    assert.equal(withOptionNames(defect), defect);
  });
});
