import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { networkMountOf } from '../../../../daemon/files/mounts.ts';

const table = [
  '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '40 22 0:35 / /mnt/team\\040drive rw - nfs4 server:/team rw',
  '41 22 0:36 / /mnt/stick rw - fuseblk /dev/sdb1 rw',
  '42 40 0:37 / /mnt/team\\040drive/local rw - tmpfs tmpfs rw',
].join('\n');

describe('the network drive of a path', () => {
  it('is the mount that contains it', () => {
    assert.equal(networkMountOf('/mnt/team drive/a/b', table), '/mnt/team drive');
    assert.equal(networkMountOf('/mnt/team drive', table), '/mnt/team drive');
  });

  it('is null on a local disk', () => {
    for (const path of ['/home/a', '/mnt/stick/a', '/mnt/team drive/local/a', '/mnt/team drives/a']) {
      assert.equal(networkMountOf(path, table), null, path);
    }
  });
});
