import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { startDaemon, type TestDaemon } from './harness.ts';

/** The examples for a shell in a section of the README. */
function examples(section: string): string[] {
  const text = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const [, own = ''] = text.split(`\n## ${section}\n`);
  const [body = ''] = own.split('\n## ');
  return [...body.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = '']) => code);
}

describe('the examples of the README', () => {
  let daemon: TestDaemon;
  before(async () => {
    daemon = await startDaemon();
  });
  after(() => daemon.dispose());

  const [program = '', command = ''] = examples('The API');

  it('report a job from its start to its end', async () => {
    const env = { ...process.env, JOBDECK_HOME: daemon.home };
    const output = execFileSync('/bin/sh', ['-euc', program], { env, encoding: 'utf8' });
    const replies = output.match(/\{.*?\}/g) ?? [];
    assert.deepEqual(
      replies.map((reply) => JSON.parse(reply).status),
      ['running', 'running', 'running', 'running', 'completed'],
    );
    const { body } = await daemon.request('GET', '/v1/jobs?q=Ingest');
    const job = (await daemon.request('GET', `/v1/jobs/${body.jobs[0].id}`)).body;
    assert.deepEqual([job.status, job.progress.message, job.result], ['completed', '3 files left', { rows: 1200 }]);
    assert.equal((await daemon.request('GET', `/v1/jobs/${job.id}/attempts/1/log`)).text, 'read a.csv\n');
  });

  it('report from inside a job', async () => {
    const { id } = await daemon.submit(command);
    const job = await daemon.waitForJob(id, ({ status }) => status === 'completed');
    assert.deepEqual(job.progress, { current: 40, total: 100, message: 'packing', phase: null });
  });
});
