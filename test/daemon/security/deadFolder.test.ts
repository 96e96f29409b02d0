/** A network drive that no longer responds affects only what uses it. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { canMount, type DeadFolder, deadFolder } from '../deadFolder.ts';
import { makeHome, startDaemon, type TestDaemon } from '../harness.ts';

describe('a folder that does not respond', function () {
  this.timeout(120_000);
  let home: string;
  let places: string;
  let dead: DeadFolder[];
  let daemon: TestDaemon;

  before(function () {
    if (!canMount) this.skip();
  });
  beforeEach(() => {
    home = makeHome();
    places = makeHome();
    dead = [];
  });
  afterEach(async () => {
    for (const folder of dead) folder.remove();
    await daemon.dispose();
    for (const folder of [home, places]) rmSync(folder, { recursive: true, force: true });
  });

  function kill(name: string): string {
    const folder = deadFolder(join(places, name));
    dead.push(folder);
    return folder.path;
  }

  async function runsJobs(): Promise<void> {
    const { id } = await daemon.submit('true');
    await daemon.waitForJob(id, ({ status }) => status === 'completed');
  }

  const submitIn = (cwd: string) => daemon.request('POST', '/v1/jobs', { command: { argv: ['true'] }, cwd });

  it('refuses jobs in it, and holds up no other job', async () => {
    daemon = await startDaemon({ home });
    const cwd = kill('a');
    let answered = false;
    const submitted = Promise.all([1, 2, 3, 4, 5, 6].map(() => submitIn(cwd))).finally(() => {
      answered = true;
    });
    for (let n = 0; n < 5; n += 1) await runsJobs();
    assert.equal(answered, false);
    for (const { status, body } of await submitted) {
      assert.deepEqual([status, body.error.code], [400, 'CWD_MISSING']);
      assert.match(body.error.message, /not responding/);
    }
    dead[0]?.disconnect();
    assert.equal((await submitIn(cwd)).status, 400);
    await runsJobs();
  });

  it('fails a job that was submitted before', async () => {
    mkdirSync(join(places, 'a'));
    daemon = await startDaemon({ home });
    const { id } = await daemon.submit('true', { cwd: join(places, 'a'), hold: true });
    kill('a');
    await daemon.request('POST', `/v1/jobs/${id}/release`, {});
    await runsJobs();
    const job = await daemon.waitForJob(id, ({ status }) => status === 'failed');
    assert.deepEqual([job.error?.code, job.error?.message.includes('not responding')], ['CWD_MISSING', true]);
  });

  it('with definitions is a warning, even if there are many, and the daemon stops in time', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `place${n}`);
    daemon = await startDaemon({ home });
    for (const name of [...names, 'healthy']) {
      mkdirSync(join(places, name, '.vscode'), { recursive: true });
      writeFileSync(join(places, name, '.vscode', 'jobs.json'), '{"queues": {}}');
      const added = await daemon.request('POST', '/v1/definitions/files', { folder: join(places, name) });
      assert.equal(added.status, 200, added.text);
    }
    await daemon.stop();
    for (const name of names) kill(name);
    daemon = await startDaemon({ home });
    await runsJobs();
    // Requests don't wait for the folders.
    let warnings = '';
    while (!/not responding/.test(warnings)) {
      warnings = JSON.stringify((await daemon.request('GET', '/v1/health')).body.warnings);
    }
    await daemon.stop();
  });
});
