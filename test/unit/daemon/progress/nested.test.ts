import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { OutputReader } from '../../../../daemon/progress/outputReader.ts';
import { progressShare } from '../../../../shared/status.ts';

describe('nested progress', () => {
  /** The progress after each chunk of output. */
  function progressAfter(...chunks: string[]) {
    const reader = new OutputReader(null);
    for (const chunk of chunks) {
      reader.feed(Buffer.from(chunk));
      reader.settle(true);
    }
    return reader.progress;
  }
  const share = (progress: ReturnType<typeof progressAfter>) => progressShare({ progress });
  const bar = (n: number, m: number, name = '') => `\r${name}  5%|▌         | ${n}/${m} [00:01<00:09, 3.2it/s]`;
  const epochs = (last: number, inner: (epoch: number) => string[]) =>
    Array.from({ length: last }, (_, index) => inner(index + 1)).flat();

  for (const [what, chunks] of [
    ['a heading and a bar', [...epochs(3, (n) => [`\nEpoch ${n}/40\n`, bar(6, 60), bar(7, 60)])]],
    [
      'a heading and the bars of Keras',
      epochs(3, (n) => [`\nEpoch ${n}/40\n`, '\r 7/60 [==>...........................] - ETA: 2s']),
    ],
    ['one line', epochs(3, (n) => [`Epoch [${n}/40], Step [7/60], Loss: 0.1\n`])],
    ['a bar with a name', epochs(3, (n) => [bar(7, 60, `Epoch ${n}/40: `)])],
  ] as const) {
    it(`is the outer count and a part of the step in ${what}`, () => {
      const progress = progressAfter(...chunks);
      assert.deepEqual([Math.floor(progress?.current ?? 0), progress?.total], [3, 40]);
      // Two epochs have ended.
      assert.equal(share(progress), 0.0529);
    });
  }

  it('counts a step as ended that is printed after its bar', () => {
    const progress = progressAfter(
      ...epochs(3, (n) => [bar(30, 60), bar(60, 60), `\nEpoch ${n}/40 loss 0.3\n`]),
      bar(30, 60),
    );
    assert.equal(share(progress), 3.5 / 40);
  });

  it('stays with the outer count however long a step is', () => {
    const lines = Array.from({ length: 500 }, (_, index) => bar(index, 500));
    assert.deepEqual(progressAfter('Epoch 1/40\n', ...lines)?.total, 40);
  });

  it('is complete only with the last step', () => {
    assert.equal(share(progressAfter('Epoch 3/4\n', bar(1, 2), '\nEpoch 4/4\n', bar(1, 2))), 3.5 / 4);
  });

  it('says nothing of the whole job if the number of bars is not known', () => {
    const { share: whole, total } = progressAfter(bar(1, 60, 'Epoch 0: '), bar(30, 60, 'Epoch 0: ')) ?? {};
    assert.deepEqual([whole, total], [null, 60]);
    assert.equal(progressAfter(bar(1, 60, 'Read'), bar(60, 60, 'Read'), bar(1, 60, 'Write'))?.share, null);
  });
});
