import assert from 'node:assert/strict';
import { revealWithRetry } from '../../../../extension/base/revealWithRetry.ts';

/** A row that the editor finds after a number of tries. */
function row(foundAfter: number) {
  const seen = { tries: 0 };
  const reveal = async () => {
    seen.tries += 1;
    if (seen.tries <= foundAfter) throw new Error('Cannot resolve tree item');
  };
  return { seen, reveal };
}

describe('revealing a new row', () => {
  it('retries until the editor has the row', async () => {
    const { seen, reveal } = row(3);
    await revealWithRetry(reveal, 0);
    assert.equal(seen.tries, 4);
  });

  it('gives up without an error if the row does not appear', async () => {
    const { seen, reveal } = row(Number.POSITIVE_INFINITY);
    await revealWithRetry(reveal, 0);
    assert.equal(seen.tries, 10);
  });
});
