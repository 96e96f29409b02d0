/** Malicious names, filters and commands. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { startDaemon, type TestDaemon } from '../harness.ts';

const hostile = [
  "' OR 1=1 --",
  '"; DROP TABLE jobs; --',
  '%',
  '_',
  '*',
  'a" OR "b',
  'NEAR(',
  '\\',
  '$(touch x)',
  'x\u0000y',
  '\ud800',
];

describe('malicious input', function () {
  this.timeout(60_000);
  let daemon: TestDaemon;
  let folder: string;
  before(async () => {
    daemon = await startDaemon();
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-secret-'));
    writeFileSync(join(folder, '1.log'), 'not for you');
  });
  after(async () => {
    await daemon.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sends a path unchanged. `fetch` would normalize `..`. */
  async function raw(method: string, path: string): Promise<string> {
    const socket = connect(daemon.info.port, '127.0.0.1');
    const head = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${daemon.info.port}`, 'Connection: close'];
    socket.end([...head, `Authorization: Bearer ${daemon.info.token}`, '', ''].join('\r\n'));
    let answer = '';
    for await (const part of socket) answer += part;
    return answer;
  }

  it('gives no access to files outside of the logs', async () => {
    const { id } = await daemon.submit('echo mine');
    await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    const ids = [
      '..',
      '.',
      '%2e%2e',
      '..%2f..%2fetc',
      `..%2f${id}`,
      '/etc',
      '%00',
      `${id}%00`,
      `..\\${id}`,
      'a'.repeat(150),
    ];
    for (const one of [...ids, encodeURIComponent(folder)]) {
      for (const path of [`/v1/jobs/${one}/attempts/1/log`, `/v1/jobs/${one}`, `/v1/jobs/${one}/progress`]) {
        assert.match(await raw('GET', path), /^HTTP\/1\.1 4\d\d /, path);
      }
    }
    for (const attempt of ['0', '-1', '1.5', '..', '1%2f..%2f1', '1.log', '9'.repeat(30), '1%00', 'NaN']) {
      assert.match(await raw('GET', `/v1/jobs/${id}/attempts/${attempt}/log`), /^HTTP\/1\.1 4\d\d /, attempt);
    }
    for (const offset of ['-99999999999999999', 'NaN', '1e9', '0x10']) {
      const answer = await raw('GET', `/v1/jobs/${id}/attempts/1/log?offset=${offset}`);
      assert.doesNotMatch(answer, /^HTTP\/1\.1 5/, offset);
    }
  });

  it('deletes only the job’s logs, even if they were replaced by a link', async () => {
    const { id } = await daemon.submit('echo mine');
    await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    const logs = join(daemon.home, 'logs', id);
    rmSync(logs, { recursive: true });
    symlinkSync(folder, logs);
    assert.equal((await daemon.request('DELETE', `/v1/jobs/${id}`)).status, 200);
    while (lstatSync(logs, { throwIfNoEntry: false }) !== undefined) await pause(20);
    assert.equal(readFileSync(join(folder, '1.log'), 'utf8'), 'not for you');
  });

  it('is treated as text by every filter and search, never as SQL', async () => {
    const { id } = await daemon.submit({ argv: ['true'] }, { title: 'plain', type: 'kind', createdBy: 'me' });
    await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
    const { body } = await daemon.request('GET', '/v1/openapi.json');
    const filters: string[] = body.paths['/v1/jobs'].get.parameters.map(({ name }: { name: string }) => name);
    assert(filters.length > 10);
    const before = (await daemon.request('GET', '/v1/jobs')).body.total;
    for (const name of filters) {
      for (const value of hostile) {
        const query = new URLSearchParams({ [name]: value });
        for (const path of [`/v1/jobs?${query}`, `/v1/stats?${query}`]) {
          const reply = await daemon.request('GET', path);
          assert(reply.status === 200 || reply.status === 400, `${path}: ${reply.text}`);
          if (reply.status === 200 && path.startsWith('/v1/jobs')) assert.equal(reply.body.total, 0, path);
        }
      }
    }
    assert.equal((await daemon.request('GET', '/v1/jobs')).body.total, before);
  });

  it('is stored unchanged in every text field, and can be found', async () => {
    for (const text of hostile.filter((one) => !/[\0\ud800]/.test(one))) {
      const facts = {
        title: text,
        type: text,
        createdBy: text,
        workspace: text,
        metadata: { [text]: text },
        input: text,
      };
      const job = await daemon.submit({ argv: ['true', text] }, { ...facts, group: text, idempotencyKey: text });
      for (const [name, value] of Object.entries({ title: text, type: text, createdBy: text, workspace: text })) {
        assert.equal(job[name as 'title'], value);
      }
      const found = await daemon.request('GET', `/v1/jobs?${new URLSearchParams({ type: text })}`);
      assert.deepEqual(
        found.body.jobs.map(({ id }: { id: string }) => id),
        [job.id],
        text,
      );
      await daemon.waitForJob(job.id, ({ endedAt }) => endedAt !== null);
    }
    assert.equal((await daemon.request('GET', '/v1/health')).body.status, 'ok');
  });

  it('is passed unchanged from an argument list to the program, and to a shell only on request', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'jobdeck-test-'));
    try {
      const words = [
        '$(touch x)',
        '`touch x`',
        '; touch x',
        '| touch x',
        '&& touch x',
        "'",
        '"',
        '\n',
        '*',
        '~',
        '-n',
        '',
      ];
      const { id } = await daemon.submit({ argv: ['printf', '<%s>', ...words] }, { cwd });
      await daemon.waitForJob(id, ({ endedAt }) => endedAt !== null);
      const { text } = await daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`);
      assert.equal(text, words.map((word) => `<${word}>`).join(''));
      assert(!existsSync(join(cwd, 'x')));
      // Shell built-ins, functions and aliases don't replace programs.
      const builtin = await daemon.submit({ argv: ['eval', 'touch x'] }, { cwd });
      assert.equal((await daemon.waitForJob(builtin.id, ({ endedAt }) => endedAt !== null)).status, 'failed');
      assert(!existsSync(join(cwd, 'x')));
      const line = await daemon.submit({ shell: 'touch x' }, { cwd });
      await daemon.waitForJob(line.id, ({ endedAt }) => endedAt !== null);
      assert(existsSync(join(cwd, 'x')));
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});
