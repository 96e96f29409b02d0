import assert from 'node:assert/strict';
import { revealWithRetry } from '../../../../extension/base/revealWithRetry.ts';

/** A row that the editor finds after so many tries. */
function row(foundAfter: number) {
  const seen = { tries: 0 };
  const reveal = async () => {
    seen.tries += 1;
    if (seen.tries <= foundAfter) throw new Error('Cannot resolve tree item');
  };
  return { seen, reveal };
}

describe('a row that has just come', () => {
  it('is looked for until the editor has it, and no longer', async () => {
    const { seen, reveal } = row(3);
    await revealWithRetry(reveal, 0);
    assert.equal(seen.tries, 4);
  });

  it('is given up without an error when it does not come', async () => {
    const { seen, reveal } = row(Number.POSITIVE_INFINITY);
    await revealWithRetry(reveal, 0);
    assert.equal(seen.tries, 10);
  });
});
