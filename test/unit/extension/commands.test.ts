import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forEachJob, send } from '../../../extension/commands/each.ts';
import { recentCommands } from '../../../extension/commands/recent.ts';
import { readArguments } from '../../../extension/commands/targets.ts';
import { fromQuery, logFileName, startingAttempt, toQuery } from '../../../extension/logs/logRef.ts';
import { packageManagerOf, parseScripts, scriptCommand } from '../../../extension/scripts/packageScripts.ts';
import { escapeIcons, escapeLinks, escapeMarkdown, oneLine, untranslated as t } from '../../../extension/text.ts';
import type { DaemonClient } from '../../../shared/client/http.ts';
import { unreachable } from '../../../shared/client/request.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { ago, makeAttempt, makeJob } from './builders.ts';

describe('what a command is about', () => {
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
    ['a key in the view', [{ from: 'selection' }], { kind: 'selection' }],
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

describe('the name of a log', () => {
  it('survives the way through a uri', () => {
    assert.deepEqual(fromQuery(toQuery({ jobId: 'j-1', attempt: 2 })), { jobId: 'j-1', attempt: 2 });
  });

  it('names nothing outside the folder of the logs', () => {
    for (const query of [
      'job=../../etc&attempt=1',
      'job=a/b&attempt=1',
      'job=&attempt=1',
      'job=a&attempt=0',
      'job=a',
      '',
    ]) {
      assert.equal(fromQuery(query), null, query);
    }
  });

  it('is readable and has no folders in it', () => {
    assert.equal(logFileName('npm run build', 2), 'npm run build #2.log');
    assert.equal(logFileName('make -C a/b\\c', 1), 'make -C a b c #1.log');
    assert.equal(logFileName('///', 1), 'job #1.log');
  });

  it('is of the attempt that was asked for, before and after it exists', () => {
    const ended = makeAttempt({ number: 1 });
    const running = makeAttempt({ number: 2, status: 'running' });
    assert.equal(startingAttempt({ status: 'pending', attempts: [] }), 1);
    assert.equal(startingAttempt({ status: 'pending', attempts: [ended] }), 2);
    assert.equal(startingAttempt({ status: 'running', attempts: [ended, running] }), 2);
    assert.equal(startingAttempt({ status: 'completed', attempts: [ended] }), 1);
  });
});

describe('a request for several jobs', () => {
  const clientThat = (cancel: (id: string) => Promise<unknown>) => ({ cancel }) as unknown as DaemonClient;
  const jobs = [makeJob({ id: 'a' }), makeJob({ id: 'b' }), makeJob({ id: 'c' })];
  const ended = new JobdeckError('JOB_ALREADY_ENDED', 'It has ended.');

  it('asks for each, though one fails, and says how many did', async () => {
    const asked: string[] = [];
    const client = clientThat(async (id) => {
      asked.push(id);
      if (id === 'b') throw ended;
    });
    const deps = { connection: { client: async () => client }, t };
    await assert.rejects(
      forEachJob(deps, jobs, (daemon, { id }) => daemon.cancel(id)),
      { code: 'JOB_ALREADY_ENDED', message: '1 of 3 jobs: “npm run build”: It has ended.' },
    );
    assert.deepEqual(asked, ['a', 'b', 'c']);
  });

  it('says of a single job what the daemon said', async () => {
    const deps = { connection: { client: async () => clientThat(() => Promise.reject(ended)) }, t };
    await assert.rejects(
      forEachJob(deps, jobs.slice(0, 1), (daemon, { id }) => daemon.cancel(id)),
      (error) => error === ended,
    );
  });

  it('goes to the next daemon when the last one was gone before it was asked, and only then', async () => {
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

describe('a list or a box', () => {
  it('is asked for by what keeps it open when the palette gives the focus back', () => {
    const folder = join(import.meta.dirname, '../../../extension');
    const asking = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /\.show(?:QuickPick|InputBox)\(/.test(readFileSync(join(folder, file), 'utf8')));
    assert.deepEqual(asking, [join('commands', 'asking.ts')]);
  });
});

describe('recent commands', () => {
  it('are the latest different ones, those of this workspace first', () => {
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

describe('the scripts of a package.json', () => {
  const text = '{\n  "name": "build",\n  "scripts": {\n    "build": "tsc",\n    "test": "mocha",\n    "odd": 1\n  }\n}';

  it('are read with the line they are written on', () => {
    assert.deepEqual(parseScripts(text), [
      { name: 'build', line: 'tsc', at: 3 },
      { name: 'test', line: 'mocha', at: 4 },
    ]);
  });

  it('are none while the file can’t be read', () => {
    for (const broken of ['', '{', '[]', 'null', '{"scripts": []}', '{"scripts": "x"}']) {
      assert.deepEqual(parseScripts(broken), [], broken);
    }
  });

  it('are run by the manager the package is kept with', () => {
    assert.equal(packageManagerOf(text, ['package-lock.json']), 'npm');
    assert.equal(packageManagerOf(text, ['pnpm-lock.yaml']), 'pnpm');
    assert.equal(packageManagerOf('{"packageManager": "yarn@4.1.0"}', ['pnpm-lock.yaml']), 'yarn');
    assert.equal(packageManagerOf('{"packageManager": "unknown@1"}', []), 'npm');
  });

  it('are commands without a shell, but on Windows', () => {
    assert.deepEqual(scriptCommand('npm', 'a b', 'linux'), { argv: ['npm', 'run', 'a b'] });
    assert.deepEqual(scriptCommand('npm', 'a b', 'win32'), { shell: 'npm run "a b"' });
  });
});

describe('text on screen', () => {
  it('is cut to one short line', () => {
    assert.equal(oneLine('a\r\n\tb\u0000c\u009bd'), 'a b c d');
    assert.equal(oneLine('abcdef', 4), 'abc…');
  });

  it('turns no text beside it around', () => {
    assert.equal(oneLine('safe\u202egpj.exe\u2066x\u2069'), 'safegpj.exex');
  });

  it('is no link in a message, whatever it leads to', () => {
    // As the editor looks for links in messages.
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
    const text = 'job [Retry](command:workbench.action.quit) [a](https://evil.example "t") [b](file:///etc)';
    assert.match(text, link);
    assert.doesNotMatch(escapeLinks(text), link);
    assert.equal(escapeLinks(text).replaceAll('\u2060', ''), text);
  });

  it('is neither Markdown nor an icon', () => {
    assert.doesNotMatch(escapeMarkdown('[a](b) *c* `d` <e> $(f) http://g'), /[[\]()*`<>$/]/);
    assert.equal(escapeIcons('$(trash) $(sync~spin) $(no icon'), '\\$(trash) \\$(sync~spin) $(no icon');
  });

  it('has its values filled in', () => {
    assert.equal(t('{0} of {1}', 1, 2), '1 of 2');
  });
});
