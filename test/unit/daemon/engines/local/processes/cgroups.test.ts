import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { assignedCgroup, Cgroups, cgroupFolder } from '../../../../../../daemon/engines/local/processes/cgroups.ts';

describe('the folder of a cgroup', () => {
  const mount = (root: string, point: string, type: string) => `31 23 0:28 ${root} ${point} rw - ${type} ${type} rw`;

  it('is found in the mount of version 2', () => {
    const mounts = [mount('/', '/sys/fs/cgroup/cpu', 'cgroup'), mount('/', '/sys/fs/cgroup/unified', 'cgroup2')];
    const cgroups = '1:cpu:/other\n0::/user.slice/a.scope\n';
    assert.equal(cgroupFolder(cgroups, mounts.join('\n')), '/sys/fs/cgroup/unified/user.slice/a.scope');
    assert.equal(cgroupFolder('0::/\n', mounts.join('\n')), '/sys/fs/cgroup/unified');
  });

  it('is relative to the root of the mount, as in a container', () => {
    const inside = mount('/docker/abc', '/sys/fs/cgroup', 'cgroup2');
    assert.equal(cgroupFolder('0::/docker/abc/job\n', inside), '/sys/fs/cgroup/job');
    assert.equal(cgroupFolder('0::/docker/abc\n', inside), '/sys/fs/cgroup');
    assert.equal(cgroupFolder('0::/docker/abcd\n', inside), null);
  });

  it('is the one around it for the cgroup of a job', () => {
    const root = mount('/', '/sys/fs/cgroup', 'cgroup2');
    assert.equal(cgroupFolder('0::/a/jobdeck.7.abc.1/below\n', root), '/sys/fs/cgroup/a');
  });

  it('does not exist without version 2, or outside of the namespace', () => {
    assert.equal(cgroupFolder('1:cpu:/\n', mount('/', '/sys/fs/cgroup/cpu', 'cgroup')), null);
    assert.equal(cgroupFolder('', ''), null);
  });
});

describe('cgroups that earlier daemons left', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'jobdeck-cgroups-'));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('are removed, except those of running daemons, of adopted jobs and of others', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    const [abandoned, needed, running] = [`jobdeck.${child.pid}.a.1`, `jobdeck.${child.pid}.a.2`, 'jobdeck.1.b.1'];
    for (const name of [abandoned, needed, running, 'user.slice']) mkdirSync(join(parent, name));
    new Cgroups(parent).removeAbandoned((name) => name === needed);

    assert.deepEqual(readdirSync(parent).sort(), [needed, running, 'user.slice'].sort());
  });
});

describe('cgroups of launches', () => {
  let cgroups: Cgroups;
  let folder: string;
  beforeEach(function () {
    const found = Cgroups.open();
    if (found === null) this.skip();
    cgroups = found;
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-cgroups-'));
  });
  afterEach(() => {
    cgroups?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const procsOf = () => readFileSync(join(folder, 'cgroup'), 'utf8').trim();
  const pathOf = () => dirname(procsOf());

  it('are named in the run folder, and used again after the launch', () => {
    const name = cgroups.assign(folder);
    assert.equal(assignedCgroup(folder), name);
    cgroups.release(name ?? '');
    rmSync(join(folder, 'cgroup'));
    assert.equal(cgroups.assign(folder), name);
  });

  it('are not used again while they have processes, and removed later', async () => {
    const name = cgroups.assign(folder);
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(child, 'spawn');
    writeFileSync(procsOf(), `${child.pid}`, { flag: 'r+' });
    const path = pathOf();
    cgroups.release(name ?? '');
    rmSync(join(folder, 'cgroup'));
    assert.notEqual(cgroups.assign(folder), name);
    cgroups.close();
    assert.equal(existsSync(path), true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    cgroups.close();
    assert.equal(existsSync(path), false);
  });

  it('are removed when the daemon stops', () => {
    cgroups.assign(folder);
    const path = pathOf();
    cgroups.close();
    assert.equal(existsSync(path), false);
  });

  it('are not assigned by a launch that has none', () => {
    assert.equal(assignedCgroup(folder), null);
  });
});
