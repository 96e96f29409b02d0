/** Paths that block whoever opens or reads them: the daemon starts and answers regardless. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readDaemonInfo } from '../../../shared/client/discovery.ts';
import { launchDaemon, makeHome, startDaemon, type TestDaemon } from '../harness.ts';

const makeFifo = (path: string) => void execFileSync('mkfifo', [path]);
const inPlaceOf: Record<string, (path: string) => void> = {
  'a FIFO': makeFifo,
  'a device': (path) => symlinkSync('/dev/zero', path),
  'a folder': (path) => mkdirSync(path),
};

describe('something that blocks', function () {
  this.timeout(60_000);
  let home: string;
  let workspace: string;
  let daemon: TestDaemon | null;

  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => {
    home = makeHome();
    workspace = makeHome();
    mkdirSync(join(workspace, '.vscode'));
    daemon = null;
  });
  afterEach(async () => {
    await daemon?.dispose();
    for (const folder of [home, workspace]) rmSync(folder, { recursive: true, force: true });
  });

  const warnings = async (): Promise<string[]> => {
    const { body } = (await daemon?.request('GET', '/v1/health')) ?? {};
    return body.warnings.map(({ message }: { message: string }) => message);
  };

  async function runsJobs(): Promise<void> {
    const id = (await daemon?.submit('true'))?.id ?? '';
    await daemon?.waitForJob(id, ({ status }) => status === 'completed');
  }

  for (const name of ['daemon.json', 'lock.json', 'port', 'reserve.probe', 'jobs.json', 'daemon.log', 'spool', 'bin']) {
    it(`as ${name} keeps neither the daemon from starting nor jobs from running`, async () => {
      makeFifo(join(home, name));
      daemon = await startDaemon({ home });
      await runsJobs();
      assert.equal((await readDaemonInfo(home))?.pid, daemon.info.pid);
    });
  }

  const needed = ['lock.db', 'jobs.db', 'database.json', 'reserve', 'logs', 'run'];
  for (const name of needed) {
    it(`as ${name} is named in the error of the start`, async () => {
      makeFifo(join(home, name));
      const launched = await launchDaemon(home);
      await launched.exited;
      assert('error' in launched.line, 'The daemon started.');
      const { message, hint } = launched.line.error;
      assert.ok(message.includes(name) && /FIFO|not a folder/.test(message), message);
      assert.ok(hint);
    });
  }

  it('as daemon.json does not block a client', async () => {
    makeFifo(join(home, 'daemon.json'));
    assert.equal(await readDaemonInfo(home), null);
  });

  for (const name of ['daemon.log', 'config.json', 'connections.json']) {
    it(`as ${name} is a warning`, async () => {
      makeFifo(join(home, name));
      daemon = await startDaemon({ home });
      const message = (await warnings()).join();
      assert.ok(message.includes(name) && message.includes('it is a FIFO'), message);
    });
  }

  it('in a run folder does not keep the daemon from starting', async () => {
    for (const name of ['pid', 'exit', 'go']) {
      mkdirSync(join(home, 'run', `${name}.1.1`), { recursive: true });
      makeFifo(join(home, 'run', `${name}.1.1`, name));
    }
    mkdirSync(join(home, 'run', 'folder.1.1', 'go'), { recursive: true });
    makeFifo(join(home, 'run', 'boot'));
    daemon = await startDaemon({ home });
    await runsJobs();
  });

  for (const [what, make] of Object.entries(inPlaceOf)) {
    it(`as a definition file is a warning about that file: ${what}`, async () => {
      const file = join(workspace, '.vscode', 'jobs.json');
      writeFileSync(file, '{"jobs": {"a": {"command": "true"}}}');
      daemon = await startDaemon({ home });
      await daemon.request('POST', '/v1/definitions/files', { folder: workspace });
      await daemon.stop();
      unlinkSync(file);
      make(file);
      daemon = await startDaemon({ home });
      const message = (await warnings()).join();
      assert.ok(message.includes(file) && /it is a/.test(message), message);
      writeFileSync(join(home, 'jobs.json'), '{"jobs": {"b": {"command": "true"}}}');
      await daemon.stop();
      daemon = await startDaemon({ home });
      const { body } = await daemon.request('GET', '/v1/definitions');
      assert.deepEqual(body.jobs.map((job: { name: string }) => job.name).sort(), ['a', 'b']);
    });

    it(`in place of a job’s log is an error of reading and writing it: ${what}`, async () => {
      daemon = await startDaemon({ home });
      const { body } = await daemon.request('POST', '/v1/jobs/start', { title: 'Reported' });
      const path = `/v1/jobs/${body.job.id}`;
      await daemon.request('POST', `${path}/log`, { text: 'line\n' });
      const log = join(home, 'logs', body.job.id, '1.log');
      const following = daemon.request('GET', `${path}/attempts/1/log?offset=5&wait=60000`);
      unlinkSync(log);
      make(log);
      for (const reply of [
        await following,
        await daemon.request('GET', `${path}/attempts/1/log`),
        await daemon.request('POST', `${path}/log`, { text: 'line\n' }),
      ]) {
        assert.deepEqual([reply.status, reply.body.error.code], [409, 'LOG_UNUSABLE'], reply.text);
        assert.match(reply.body.error.message, /it is a (FIFO|link|folder)/);
      }
      assert.equal((await daemon.request('POST', `${path}/complete`, {})).body.status, 'completed');
    });

    it(`in place of the log of a retried job fails the attempt: ${what}`, async () => {
      daemon = await startDaemon({ home });
      const { id } = await daemon.submit('true');
      await daemon.waitForJob(id, ({ status }) => status === 'completed');
      make(join(home, 'logs', id, '2.log'));
      await daemon.request('POST', `/v1/jobs/${id}/retry`, {});
      const job = await daemon.waitForJob(id, ({ status, attempt }) => attempt === 2 && status === 'failed');
      assert.match(job.error?.message ?? '', /2\.log can’t be used: it is a/);
    });
  }

  it('as a definition file refuses to add it', async () => {
    makeFifo(join(workspace, '.vscode', 'jobs.json'));
    daemon = await startDaemon({ home });
    const reply = await daemon.request('POST', '/v1/definitions/files', { folder: workspace });
    assert.deepEqual([reply.status, reply.body.error.code], [400, 'INVALID_DEFINITION']);
    assert.match(reply.body.error.message, /it is a FIFO/);
  });
});
