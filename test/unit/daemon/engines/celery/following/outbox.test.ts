import assert from 'node:assert/strict';
import { Outbox } from '../../../../../../daemon/engines/celery/following/outbox.ts';
import type { Fact } from '../../../../../../daemon/engines/remote.ts';

const fact = (externalId: string): Fact => ({ externalId, source: 'event', at: 0 });

describe('the outbox of facts', () => {
  it('writes facts in order, those that arrive during a write together', async () => {
    const writes: string[][] = [];
    let finishWrite = () => {};
    const take = (facts: readonly Fact[]) => {
      writes.push(facts.map(({ externalId }) => externalId));
      return new Promise<void>((resolve) => (finishWrite = resolve));
    };
    const outbox = new Outbox({ take }, assert.fail);
    outbox.push([fact('1')]);
    outbox.push([fact('2')]);
    await new Promise(setImmediate);
    outbox.push([fact('3')]);
    outbox.push([fact('4')]);
    assert.deepEqual(writes, [['1', '2']]);
    finishWrite();
    await new Promise(setImmediate);
    assert.deepEqual(writes, [
      ['1', '2'],
      ['3', '4'],
    ]);
    finishWrite();
    await outbox.settled();
  });

  it('drops facts when too many are waiting', async () => {
    let finishWrite = () => {};
    const outbox = new Outbox({ take: () => new Promise<void>((resolve) => (finishWrite = resolve)) }, assert.fail);
    const many = Array.from({ length: 60_000 }, (_, n) => fact(`${n}`));
    outbox.push([fact('first')]);
    await new Promise(setImmediate);
    outbox.push(many);
    outbox.push(many);
    assert.equal(outbox.overflowed, true);
    finishWrite();
    await new Promise(setImmediate);
    finishWrite();
    await outbox.settled();
  });
});
