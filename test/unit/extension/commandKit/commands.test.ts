import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { recentCommands } from '../../../../extension/commandKit/recent.ts';
import { forEachJob, send } from '../../../../extension/commandKit/send.ts';
import { readArguments } from '../../../../extension/commandKit/targets.ts';
import type { DaemonClient } from '../../../../shared/client/http.ts';
import { unreachable } from '../../../../shared/client/request.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { ago, makeJob } from '../builders.ts';

describe('the target of a command', () => {
  const row = (id: string) => ({ kind: 'job', id });
  const target = (jobId: string, attempt: number | null = null) => ({ jobId, attempt });
  const targets = (...all: { jobId: string }[]) => ({ kind: 'targets', targets: all });

  for (const [what, args, given] of [
    ['nothing, from the palette', [], { kind: 'nothing' }],
    ['an id', ['j1'], targets(target('j1'))],
    ['a row', [row('j1')], targets(target('j1'))],
    ['an attempt', [{ jobId: 'j1', attempt: 2 }], targets(target('j1', 2))],
    ['several', [['j1', row('j2')]], targets(target('j1'), target('j2'))],
    ['the clicked row', [row('j1'), undefined], targets(target('j1'))],
    [
      'all selected rows when the clicked one is among them',
      [row('j1'), [row('j1'), row('j2')]],
      targets(target('j1'), target('j2')),
    ],
    ['the clicked row alone when others are selected', [row('j3'), [row('j1'), row('j2')]], targets(target('j3'))],
    ['a row that was just redrawn', [undefined, undefined], { kind: 'selection' }],
    ['a row that was just redrawn, of several', [undefined, [row('j1')]], targets(target('j1'))],
    ['a key in the view', [{ from: 'focus' }], { kind: 'focus' }],
    ['a group', [{ kind: 'group', id: 'failed' }], { kind: 'selection' }],
    ['a log document', [{ scheme: 'jobdeck-log', query: 'job=j1&attempt=2' }], targets(target('j1', 2))],
    ['a log document as text', ['jobdeck-log:/a%20b.log?job%3Dj1%26attempt%3D2'], targets(target('j1', 2))],
    ['another document', [{ scheme: 'file', query: 'job=j1&attempt=2' }], { kind: 'selection' }],
  ] as const) {
    it(`is read from ${what}`, () => {
      assert.deepEqual(readArguments(args), given);
    });
  }
});

describe('a request for several jobs', () => {
  const clientThat = (cancel: (id: string) => Promise<unknown>) => ({ cancel }) as unknown as DaemonClient;
  const jobs = [makeJob({ id: 'a' }), makeJob({ id: 'b' }), makeJob({ id: 'c' })];
  const ended = new JobdeckError({ code: 'JOB_ALREADY_ENDED', message: 'It has ended.', hint: null });

  it('is sent for each job even if one fails, and reports how many failed', async () => {
    const asked: string[] = [];
    const client = clientThat(async (id) => {
      asked.push(id);
      if (id === 'b') throw ended;
    });
    const deps = { connection: { client: async () => client }, t };
    await assert.rejects(
      forEachJob(deps, jobs, (daemon, { id }) => daemon.cancel(id)),
      { code: 'JOB_ALREADY_ENDED', message: 'Failed for 1 of 3 jobs. “npm run build”: It has ended.' },
    );
    assert.deepEqual(asked, ['a', 'b', 'c']);
  });

  it('reports the daemon’s error for a single job', async () => {
    const deps = { connection: { client: async () => clientThat(() => Promise.reject(ended)) }, t };
    await assert.rejects(
      forEachJob(deps, jobs.slice(0, 1), (daemon, { id }) => daemon.cancel(id)),
      (error) => error === ended,
    );
  });

  it('is sent to the next daemon only if the last one did not receive it', async () => {
    const refused = unreachable(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const broken = unreachable(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    const clients = [clientThat(() => Promise.reject(refused)), clientThat(async () => 'done')];
    const connection = { client: async () => clients.shift() ?? clientThat(() => Promise.reject(broken)) };
    assert.equal(await send({ connection }, (client) => client.cancel('a')), 'done');
    await assert.rejects(
      send({ connection }, (client) => client.cancel('a')),
      (error) => error === broken,
    );
  });
});

describe('a quick pick or an input box', () => {
  it('is always shown by the helper that keeps it open when the palette returns the focus', () => {
    const folder = join(import.meta.dirname, '../../../../extension');
    const users = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /\.show(?:QuickPick|InputBox)\(/.test(readFileSync(join(folder, file), 'utf8')));
    assert.deepEqual(users, [join('commandKit', 'quickInput.ts')]);
  });
});

describe('recent commands', () => {
  it('are the latest distinct commands, those of this workspace first', () => {
    const job = (commandLine: string | null, minutes: number, workspace = '/w') =>
      makeJob({ commandLine, workspace, cwd: workspace, createdAt: ago(minutes) });
    const jobs = [
      job('old', 9),
      job('new', 1),
      job('new', 5),
      job('other', 0, '/o'),
      job(null, 2),
      job('x'.repeat(1_000), 2),
    ];
    assert.deepEqual(
      recentCommands(jobs, '/w', 10).map(({ line, cwd }) => [line, cwd]),
      [
        ['new', '/w'],
        ['old', '/w'],
        ['other', '/o'],
      ],
    );
    assert.equal(recentCommands(jobs, '/w', 1).length, 1);
  });
});
