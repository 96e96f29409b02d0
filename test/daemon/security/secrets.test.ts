/** A secret in the environment of jobs is not revealed by any reply, file or log. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { FeedClient } from '../api/feedClient.ts';
import { cliBundle } from '../cli/bench.ts';
import { startDaemon, type TestDaemon } from '../harness.ts';

const secret = 'hunter2-only-in-the-environment';

describe('a secret in the environment of jobs', function () {
  this.timeout(60_000);
  let daemon: TestDaemon;
  let feed: FeedClient;
  const ids: string[] = [];
  /** All replies to the requests that created the jobs, including errors. */
  const answers: string[] = [];

  before(async () => {
    daemon = await startDaemon({ env: { DAEMON_SECRET: secret } });
    feed = await FeedClient.open(daemon);
    const env = { PATH: process.env.PATH ?? '', API_KEY: secret };
    const argv = (...words: string[]) => ({ command: { argv: words } });
    const post = async (path: string, body: unknown) => {
      const reply = await daemon.request('POST', path, body);
      answers.push(reply.text);
      return reply;
    };
    // One job uses it, fails, and is retried and explained; one can't start; one can't be submitted.
    const retry = { attempts: 1, delayMs: 0 };
    for (const more of [{ shell: 'test -n "$API_KEY" && exit 3' }, { argv: ['no-such-program'] }]) {
      const { body, status, text } = await post('/v1/jobs', { command: more, env, retry, cwd: daemon.home });
      assert.equal(status, 201, text);
      ids.push(body.id);
    }
    const { body: inherits } = await post('/v1/jobs', argv('true'));
    ids.push(inherits.id);
    for (const id of ids) await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    const schedule = { name: 'nightly', cron: '0 0 1 1 *', job: { ...argv('true'), env } };
    assert.equal((await post('/v1/schedules', schedule)).status, 201);
    const range = { from: '2026-01-01', to: '2026-01-03', every: '1d' };
    assert.equal((await post('/v1/backfills', { ...range, job: { ...argv('true'), env } })).status, 201);
    const broken = [
      { ...argv('true'), env: { ...env, 'A=B': secret } },
      { ...argv('true'), env: { ...env, X: 5 } },
      { ...argv('true'), env: { X: `${secret}\0` } },
      { ...argv('true'), env, cwd: '/no/such/folder' },
      { ...argv('true'), env, queue: 'no such queue' },
      { ...argv('true'), env, [secret.slice(0, 3)]: 1 },
    ];
    for (const body of broken) assert.notEqual((await post('/v1/jobs', body)).status, 500);
    const nul = { ...argv('true'), env: { X: `${secret}\0` } };
    for (const [path, more] of [
      ['/v1/schedules', { name: 'n', cron: '@daily' }],
      ['/v1/backfills', range],
    ] as const)
      assert.equal((await post(path, { ...more, job: nul })).body.error.code, 'INVALID_REQUEST');
    assert.equal(
      (await post('/v1/jobs', nul)).body.error.message,
      'The environment variable X contains a NUL character.',
    );
  });
  after(() => daemon.dispose());

  it('is available to the program', async () => {
    const env = { PATH: process.env.PATH ?? '', API_KEY: secret };
    const { id } = await daemon.submit(`test \${#API_KEY} -eq ${secret.length}`, { env });
    assert.equal((await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null)).status, 'completed');
  });

  it('is in no reply or error of any route', async () => {
    const { body } = await daemon.request('GET', '/v1/openapi.json');
    const paths = Object.entries(body.paths).filter(
      ([path, methods]) => 'get' in (methods as object) && path !== '/v1/stream',
    );
    assert(paths.length > 12);
    for (const [path] of paths) {
      for (const id of ids) {
        const { text } = await daemon.request(
          'GET',
          path.replace('{id}', id).replace('{n}', '1').replace('{ref}', 'nightly'),
        );
        answers.push(text);
      }
    }
    for (const text of answers) assert(!text.includes(secret), text.slice(0, 2_000));
  });

  it('is not in the change feed', async () => {
    await feed.until(() => ids.every((id) => feed.state.jobs.has(id)));
    assert(!JSON.stringify(feed.messages).includes(secret));
  });

  it('is in no file except the database, which only the user can read', () => {
    const files = readdirSync(daemon.home, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(daemon.home, name)).isFile(),
    );
    assert(files.includes('daemon.log'));
    const holding = files.filter((name) => readFileSync(join(daemon.home, name)).includes(secret));
    assert.deepEqual(
      holding.filter((name) => !/^jobs\.db/.test(name)),
      [],
    );
    for (const name of holding) assert.equal(statSync(join(daemon.home, name)).mode & 0o077, 0);
  });

  it('is not in the output of the command line', async () => {
    const env = { ...process.env, JOBDECK_HOME: daemon.home };
    const calls = [
      ['ls'],
      ['ls', '--json'],
      ['show', ids[0]],
      ['show', '--json', ids[0]],
      ['show', ids[1]],
      ['health'],
      ['stats'],
    ];
    for (const call of calls) {
      const args = [cliBundle, ...call.map(String)];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
      assert(stdout.length > 0 && !`${stdout}${stderr}`.includes(secret), call.join(' '));
    }
  });

  it('would be shown if it were in the command, which is visible to all authorized clients', async () => {
    const { id } = await daemon.submit({ argv: ['true', 'in-the-command'] });
    const { text } = await daemon.request('GET', `/v1/jobs/${id}`);
    assert(text.includes('in-the-command'));
  });
});
