import assert from 'node:assert/strict';
import { Throttle } from '../../../../extension/base/throttle.ts';

describe('a throttle', () => {
  it('acts immediately, and then once for all requests in the meantime', async () => {
    let acts = 0;
    const second = new Promise<void>((resolve) => {
      const throttle = new Throttle(20, () => {
        acts += 1;
        if (acts === 2) resolve();
      });
      throttle.request();
      assert.equal(acts, 1);
      for (let times = 0; times < 10; times += 1) throttle.request();
      assert.equal(acts, 1);
    });
    await second;
    assert.equal(acts, 2);
  });

  it('does nothing after it is disposed', async () => {
    let acts = 0;
    const throttle = new Throttle(1, () => {
      acts += 1;
    });
    throttle.request();
    throttle.request();
    throttle.dispose();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(acts, 1);
  });
});
