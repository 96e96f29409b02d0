import assert from 'node:assert/strict';
import { isNewer } from '../../../../shared/client/semver.ts';

describe('comparing versions', () => {
  it('compares numbers, first part first', () => {
    assert.equal(isNewer('0.1.1', '0.1.0'), true);
    assert.equal(isNewer('0.10.0', '0.9.9'), true);
    assert.equal(isNewer('1.0.0', '0.99.99'), true);
    assert.equal(isNewer('0.1.0', '0.1.1'), false);
    assert.equal(isNewer('0.9.9', '1.0.0'), false);
  });

  it('never finds a version newer than itself', () => {
    assert.equal(isNewer('0.1.0', '0.1.0'), false);
    assert.equal(isNewer('0.1.0-beta', '0.1.0'), false);
  });

  it('never finds invalid versions newer or older', () => {
    assert.equal(isNewer('next', '0.1.0'), false);
    assert.equal(isNewer('1.0.0', ''), false);
  });
});
