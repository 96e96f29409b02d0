import assert from 'node:assert/strict';
import { nodeRefusal } from '../../../cli/nodeVersion.ts';

describe('the version of Node', () => {
  it('is supported from 22 on', () => {
    assert.equal(nodeRefusal('22.0.0'), null);
    assert.equal(nodeRefusal('24.1.0'), null);
  });

  it('is part of the error if it is too old', () => {
    assert.equal(nodeRefusal('20.19.1')?.code, 'NODE_TOO_OLD');
    assert.match(nodeRefusal('20.19.1')?.message ?? '', /22 or later; this is 20\.19\.1/);
  });
});
