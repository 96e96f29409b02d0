import assert from 'node:assert/strict';
import { fromQuery, logFileName, startingAttempt, toQuery } from '../../../../extension/base/logRef.ts';
import { makeAttempt } from '../builders.ts';

describe('a log reference', () => {
  it('survives a round trip through a URI', () => {
    assert.deepEqual(fromQuery(toQuery({ jobId: 'j-1', attempt: 2 })), { jobId: 'j-1', attempt: 2 });
  });

  it('can’t point outside the log folder', () => {
    for (const query of [
      'job=../../etc&attempt=1',
      'job=a/b&attempt=1',
      'job=&attempt=1',
      'job=a&attempt=0',
      'job=a',
      '',
    ]) {
      assert.equal(fromQuery(query), null, query);
    }
  });

  it('has a readable file name without folders', () => {
    assert.equal(logFileName('npm run build', 2), 'npm run build #2.log');
    assert.equal(logFileName('make -C a/b\\c', 1), 'make -C a∕b∕c #1.log');
    assert.equal(logFileName('./longline.sh ./data', 1), 'longline.sh data #1.log');
    assert.equal(logFileName(' :', 1), 'job #1.log');
  });

  it('refers to the requested attempt before and after it exists', () => {
    const ended = makeAttempt({ number: 1 });
    const running = makeAttempt({ number: 2, status: 'running' });
    assert.equal(startingAttempt({ status: 'pending', attempts: [] }), 1);
    assert.equal(startingAttempt({ status: 'pending', attempts: [ended] }), 2);
    assert.equal(startingAttempt({ status: 'running', attempts: [ended, running] }), 2);
    assert.equal(startingAttempt({ status: 'completed', attempts: [ended] }), 1);
  });
});
