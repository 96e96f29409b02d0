import assert from 'node:assert/strict';
import { nodeRefusal } from '../../../cli/nodeVersion.ts';

describe('the version of Node', () => {
  it('will do from 22', () => {
    assert.equal(nodeRefusal('22.0.0'), null);
    assert.equal(nodeRefusal('24.1.0'), null);
  });

  it('is named when it is older', () => {
    assert.equal(nodeRefusal('20.19.1')?.code, 'NODE_TOO_OLD');
    assert.match(nodeRefusal('20.19.1')?.message ?? '', /22 or later; this is 20\.19\.1/);
  });
});
