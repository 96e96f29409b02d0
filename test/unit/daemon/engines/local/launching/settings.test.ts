import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Privileges } from '../../../../../../daemon/engines/local/launching/privileges.ts';
import { preparation } from '../../../../../../daemon/engines/local/launching/settings.ts';

const own: Privileges = {
  limits: {
    nofile: { soft: 4096, hard: 4096 },
    as: { soft: null, hard: null },
    core: { soft: 0, hard: null },
    fsize: { soft: null, hard: null },
  },
  nice: 0,
  raisesLimits: false,
  lowestNice: 0,
  prlimit: '/usr/bin/prlimit',
  niceProgram: '/usr/bin/nice',
};

describe('the preparation of a job’s process', () => {
  it('sets only what differs from the daemon', () => {
    const same = preparation({ umask: 0o22, nice: 0, limits: own.limits }, own, true);

    assert.deepEqual(same, { umask: 0o22, lines: [], prefix: [], refused: [] });
    assert.deepEqual(preparation({}, own, true), { umask: null, lines: [], prefix: [], refused: [] });
  });

  it('uses what every shell can do, with open files last', () => {
    const limits = { nofile: { soft: 256, hard: 4096 }, as: { soft: 2048, hard: null } };

    assert.deepEqual(preparation({ limits }, own, true).lines, [
      'ulimit -S -v 2; ulimit -H -v unlimited',
      'ulimit -S -n 256; ulimit -H -n 4096',
    ]);
  });

  it('uses prlimit for the rest, after nice', () => {
    const limits = { nofile: { soft: 256, hard: 512 }, fsize: { soft: 1000, hard: null } };
    const { lines, prefix } = preparation({ nice: 5, limits }, own, true);

    assert.deepEqual(lines, []);
    assert.deepEqual(prefix, [
      ...['/usr/bin/nice', '-n', '5'],
      ...['/usr/bin/prlimit', '--fsize=1000:unlimited', '--nofile=256:512'],
    ]);
    assert.deepEqual(preparation({ limits: { nofile: limits.nofile } }, own, false).prefix, [
      '/usr/bin/prlimit',
      '--nofile=256:512',
    ]);
  });

  it('names the limits that it can’t set without prlimit', () => {
    const limits = { nofile: { soft: 256, hard: 512 }, fsize: { soft: 1000, hard: null } };
    const { lines, prefix, refused } = preparation({ limits }, { ...own, prlimit: null }, true);

    assert.deepEqual([lines, prefix], [['ulimit -S -n 256; ulimit -H -n 512'], []]);
    assert.deepEqual(
      refused.map(({ code, params }) => [code, params.limit]),
      [['timeline.limitNotSet', 'fsize']],
    );
  });

  it('names what only an administrator may set, and comes as close as possible', () => {
    const limits = { nofile: { soft: 8192, hard: 8192 } };
    const { lines, prefix, refused } = preparation({ nice: -5, limits }, own, true);

    assert.deepEqual([lines, prefix], [[], []]);
    assert.deepEqual(
      refused.map(({ code, params }) => [code, params.wanted, params.actual]),
      [
        ['timeline.niceNotLowered', -5, 0],
        ['timeline.limitNotRaised', '8192', '4096'],
      ],
    );
  });

  it('raises the hard limit first', () => {
    const limits = { nofile: { soft: 8192, hard: 8192 } };
    const { lines, refused } = preparation({ limits }, { ...own, raisesLimits: true }, true);

    assert.deepEqual([lines, refused], [['ulimit -H -n 8192; ulimit -S -n 8192'], []]);
  });

  it('lowers the nice value where that is allowed', () => {
    const { prefix, refused } = preparation({ nice: -5 }, { ...own, nice: 3, lowestNice: -20 }, true);

    assert.deepEqual([prefix, refused], [['/usr/bin/nice', '-n', '-8'], []]);
    assert.equal(
      preparation({ nice: 0 }, { ...own, niceProgram: null, nice: 3, lowestNice: -20 }, true).refused.length,
      1,
    );
  });
});
