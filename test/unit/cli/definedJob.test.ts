import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Caller } from '../../../cli/submitting/caller.ts';
import { definedJob, definedRequest } from '../../../cli/submitting/definedJob.ts';
import { findDefinition } from '../../../cli/submitting/findDefinition.ts';
import type { SubmitOptions } from '../../../cli/submitting/options.ts';

describe('a defined job', () => {
  let root: string;
  let home: string;
  let app: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobdeck-cli-'));
    home = join(root, 'home');
    app = join(root, 'app');
    for (const folder of [home, join(app, 'sub'), join(app, '.vscode')]) mkdirSync(folder, { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const caller = (): Caller => ({ cwd: join(app, 'sub'), env: { A: '1' }, createdBy: 'ann@box', isFile: () => false });
  const write = (jobs: object | string, file = join(app, '.vscode', 'jobs.json')) =>
    writeFileSync(file, typeof jobs === 'string' ? jobs : JSON.stringify({ jobs }));
  const find = (name: string) => findDefinition(name, caller().cwd, home);
  const request = async (name: string, options: SubmitOptions = {}) => {
    const found = await find(name);
    return found === null ? null : definedRequest(found, options, caller());
  };

  it('comes from the nearest folder, otherwise from the home', async () => {
    assert.equal(await find('build'), null);
    write({ build: { command: 'home' }, backup: { command: 'b' } }, join(home, 'jobs.json'));
    write({ build: { command: 'app' } });
    const { command, cwd, workspace } = (await request('build')) ?? assert.fail();
    assert.deepEqual([command, cwd, workspace], [{ shell: 'app' }, app, app]);
    const backup = (await request('backup')) ?? assert.fail();
    assert.deepEqual([backup.cwd, backup.workspace], [homedir(), caller().cwd]);
    assert.equal(await find('constructor'), null);
  });

  it('in an invalid file is rejected with the position; other names are not affected', async () => {
    write('{"jobs": {\n"build": {"comand": "x"}}}');
    await assert.rejects(find('build'), {
      code: 'INVALID_DEFINITION',
      message: /jobs\.json:2:10: “jobs\.build” needs “command”/,
    });
    assert.equal(await find('make'), null);
  });

  it('is overridden by options', async () => {
    write({
      build: { command: 'x', label: 'Build', queue: 'cpu', cwd: 'sub', retry: { attempts: 2 }, timeLimit: '5m' },
    });
    const plain = (await request('build')) ?? assert.fail();
    assert.deepEqual(
      [plain.title, plain.queue, plain.cwd, plain.retry],
      ['Build', 'cpu', join(app, 'sub'), { attempts: 2 }],
    );
    assert.deepEqual([plain.env, plain.createdBy, plain.timeLimitMs], [{ A: '1' }, 'ann@box', 300_000]);
    const options = { title: 'T', queue: 'gpu', cwd: '..', retries: 5, timeout: 1000, key: 'k' };
    const other = (await request('build', options)) ?? assert.fail();
    assert.deepEqual([other.title, other.queue, other.cwd, other.retry], ['T', 'gpu', app, { attempts: 5 }]);
    assert.deepEqual([other.timeLimitMs, other.idempotencyKey, other.command], [1000, 'k', { shell: 'x' }]);
    assert.equal((await request('build', { retries: 0 }))?.retry, undefined);
  });

  it('takes variables of --env, also in placeholders and over its own', async () => {
    write({ build: { command: 'x ${env:B}', env: { C: 'own', D: 'own' } } });
    const { command, env } = (await request('build', { env: ['B=2', 'C=3', 'D'] })) ?? assert.fail();
    assert.deepEqual(command, { shell: 'x 2' });
    assert.deepEqual(env, { A: '1', B: '2', C: '3' });
  });

  it('for a backfill keeps the placeholders of the range and has the defaults of the definition', async () => {
    write({ load: { command: 'load ${range.start} ${input:a}', inputs: [{ id: 'a' }], backfill: { every: '1d' } } });
    const defined = await definedJob('load', { options: { input: ['a=b=c'] }, caller: caller(), home });
    assert.deepEqual([defined?.job.command, defined?.backfill?.every], [{ shell: 'load ${range.start} b=c' }, '1d']);
    await assert.rejects(request('load', { input: ['a=1'] }), {
      code: 'INVALID_REQUEST',
      hint: /jobdeck backfill load/,
    });
    await assert.rejects(
      definedJob('load', { options: { input: ['a'] }, caller: caller(), home }),
      /“a” is not a value for an input/,
    );
    assert.equal(await definedJob('nosuch', { options: {}, caller: caller(), home }), null);
  });
});
