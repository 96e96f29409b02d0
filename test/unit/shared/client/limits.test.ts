import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { callerProcess } from '../../../../shared/client/callerProcess.ts';
import { lower, parseLimits } from '../../../../shared/client/limits.ts';

describe('resource limits', () => {
  it('are read from /proc', () => {
    const text = [
      'Limit                     Soft Limit           Hard Limit           Units     ',
      'Max cpu time              unlimited            unlimited            seconds   ',
      'Max open files            1024                 524288               files     ',
      'Max nice priority         0                    0                    ',
      'Max something new         1                    2                    ',
    ].join('\n');

    assert.deepEqual(parseLimits(text), {
      cpu: { soft: null, hard: null },
      nofile: { soft: 1024, hard: 524_288 },
      nice: { soft: 0, hard: 0 },
    });
  });

  it('are compared with null as the highest', () => {
    assert.deepEqual(
      [lower(1, 2), lower(null, 2), lower(1, null), lower(null, null), lower(0, null)],
      [1, 2, 1, null, 0],
    );
  });

  it('of the caller never exceed the hard limit', () => {
    const { umask, nice, limits } = callerProcess();
    if (process.platform === 'win32') return assert.deepEqual({ umask, nice, limits }, {});
    assert.deepEqual([typeof umask, typeof nice], ['number', 'number']);
    if (limits?.nofile?.hard != null) assert.ok((limits.nofile.soft ?? Number.POSITIVE_INFINITY) <= limits.nofile.hard);
  });
});
