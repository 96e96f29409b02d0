import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { OutputReader } from '../../../../daemon/progress/outputReader.ts';
import type { Progress } from '../../../../shared/job.ts';

const word = fc.constantFrom(
  'Downloading',
  'Receiving objects:',
  'remote:',
  'part-1.2',
  '10.1.2.3',
  'Ünïcödé',
  '12/24',
);
const share = fc.integer({ min: 0, max: 100 });
const bars = fc
  .tuple(share, fc.integer({ min: 1, max: 300 }))
  .chain(([percent, total]) =>
    fc.constantFrom(
      `${percent}%`,
      `[${Math.floor((percent * total) / 100)}/${total}] cc`,
      `[${'='.repeat(percent)}>   ] ${percent}%`,
      `Epochs: ${percent}%|███  | ${percent}/100 [00:01<00:02]`,
      `[ ${percent}%] Linking`,
      `${percent} of ${total}`,
      `\u001b]9;4;1;${percent}\u0007`,
      '\u001b]9;4;0\u001b\\',
      `Step ${percent}/${total} : RUN`,
      `(${percent}%)`,
      `  8,552,448  ${percent}%    7.82MB/s    0:00:01 (xfr#1, to-chk=${total}/400)`,
      `frame= 1 time=00:00:${percent} `,
    ),
  );
const between = fc.constantFrom(
  '\n',
  '\r',
  '\r\n',
  '\u001b[A',
  '\u001b[2K',
  '\u001b[31m',
  ' ',
  '\b',
  '\u001b[1G',
  '\r\r',
);
const output = fc
  .array(fc.oneof({ weight: 4, arbitrary: bars }, word, { weight: 4, arbitrary: between }, fc.string()), {
    maxLength: 60,
  })
  .map((parts) => Buffer.from(parts.join('')));
const anyOutput = fc.oneof(output, fc.uint8Array({ maxLength: 3_000 }));

/** Feeds bytes in chunks of these sizes, used in rotation, and collects the progress after each. */
function feed(bytes: Uint8Array, sizes: readonly number[]): { reader: OutputReader; said: (Progress | null)[] } {
  const reader = new OutputReader(null);
  const said: (Progress | null)[] = [];
  for (let from = 0, n = 0; from < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    reader.feed(bytes.subarray(from, from + size));
    said.push(reader.progress);
    from += size;
  }
  reader.settle();
  said.push(reader.progress);
  return { reader, said };
}

const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });

describe('progress in any output', () => {
  it('is the same no matter how the output is divided into chunks', () => {
    fc.assert(
      fc.property(anyOutput, sizes, (bytes, cut) => {
        assert.deepEqual(feed(bytes, cut).reader.progress, feed(bytes, [bytes.length || 1]).reader.progress);
      }),
      { numRuns: 1_500 },
    );
  });

  it('is always within its total and has short texts', () => {
    fc.assert(
      fc.property(anyOutput, sizes, (bytes, cut) => {
        for (const progress of feed(bytes, cut).said) {
          if (progress === null) continue;
          const { current, total, message, phase } = progress;
          assert.ok(total !== null && total > 0 && current >= 0 && current <= total, JSON.stringify(progress));
          for (const text of [message, phase]) assert.ok(text === null || (text.length > 0 && text.length <= 81));
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('never throws if parts are skipped or the last line is settled early', () => {
    fc.assert(
      fc.property(fc.array(anyOutput, { maxLength: 6 }), fc.infiniteStream(fc.boolean()), (parts, choices) => {
        const reader = new OutputReader(null);
        for (const part of parts) {
          if (choices.next().value) reader.skip();
          reader.feed(part);
          if (choices.next().value) reader.settle();
        }
        reader.settle();
      }),
    );
  });

  /** The numbers of a bar with lower ones in between as noise: fewer than three in a row, and not near 0. */
  const noisy = fc.array(
    fc.record({ rise: fc.integer({ min: 0, max: 4 }), noise: fc.option(fc.integer({ min: 11, max: 100 })) }),
    { maxLength: 40 },
  );

  it('never goes back for a bar with lower numbers in between', () => {
    fc.assert(
      fc.property(noisy, (steps) => {
        let at = 20;
        const lines = steps.flatMap(({ rise, noise }) => {
          at = Math.min(100, at + rise);
          const low = noise === null || noise >= at || at >= 90 ? [] : [noise];
          return [at, ...low].map((percent) => `\rLoading [====>     ] ${percent}%`);
        });
        const shares = feed(Buffer.from(lines.join('')), [7]).said.flatMap((said) => said?.current ?? []);
        for (const [n, one] of shares.entries()) assert.ok(n === 0 || one >= (shares[n - 1] ?? 0), shares.join(' '));
      }),
    );
  });
});
