import assert from 'node:assert/strict';
import { type Attention, decide } from '../../../../extension/commandKit/decide.ts';

describe('a command without a target', () => {
  const nothing: Attention = { front: null, selected: [], selectedLast: false };
  const front = { jobId: 'front', attempt: 2 };
  const decideFor = (attention: Partial<Attention>, fitting: readonly string[]) =>
    decide({ ...nothing, ...attention }, (id) => fitting.includes(id), fitting);
  const act = (...targets: (string | typeof front)[]) => ({
    kind: 'act',
    targets: targets.map((one) => (typeof one === 'string' ? { jobId: one, attempt: null } : one)),
  });
  const ask = (...first: string[]) => ({ kind: 'ask', first });

  for (const [what, attention, fitting, decision] of [
    ['applies to the page or log in front, with its attempt', { front }, ['front', 'b'], act(front)],
    [
      'applies to the page in front rather than to a row that was selected before',
      { front, selected: ['b'] },
      ['front', 'b'],
      act(front),
    ],
    [
      'applies to the page whose row is selected',
      { front, selected: ['front'], selectedLast: true },
      ['front', 'b'],
      act(front),
    ],
    ['applies to the selected row', { selected: ['b'] }, ['a', 'b'], act('b')],
    [
      'applies to those of the selected rows that it fits',
      { selected: ['b', 'x', 'c'] },
      ['a', 'b', 'c'],
      act('b', 'c'),
    ],
    [
      'applies to several rows that were selected after the page came to the front',
      { front, selected: ['b', 'c'], selectedLast: true },
      ['front', 'b', 'c'],
      act('b', 'c'),
    ],
    [
      'asks if a row was selected after the page came to the front',
      { front, selected: ['b'], selectedLast: true },
      ['front', 'b', 'c'],
      ask('b', 'front'),
    ],
    [
      'applies to the row selected last if it doesn’t fit the page',
      { front, selected: ['b'], selectedLast: true },
      ['b', 'c'],
      act('b'),
    ],
    [
      'applies to the page if it doesn’t fit the row selected last',
      { front, selected: ['b'], selectedLast: true },
      ['front', 'c'],
      act(front),
    ],
    ['asks rather than take the only other job when it doesn’t fit the page', { front }, ['b'], ask()],
    ['asks rather than take the only other job when it doesn’t fit the row', { selected: ['x'] }, ['b'], ask()],
    ['applies to the only job that it fits', {}, ['b'], act('b')],
    ['asks if it fits several jobs', {}, ['b', 'c'], ask()],
    ['asks, that is, says that there is nothing, if it fits no job', {}, [], ask()],
  ] as const) {
    it(what, () => assert.deepEqual(decideFor(attention, fitting), decision));
  }
});
