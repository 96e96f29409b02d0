import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connections, type ConnectionsDeps } from '../../../../daemon/connections/connections.ts';
import { readConnections } from '../../../../daemon/connections/connectionsFile.ts';
import { redactUrl } from '../../../../daemon/connections/connectionUrl.ts';
import type { ConnectionStatus } from '../../../../daemon/engines/remote.ts';
import { Warnings } from '../../../../daemon/warnings.ts';
import type { ConnectionSettings } from '../../../../shared/connection.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import { FakeClock } from '../jobs/bench.ts';
import { ScriptedEngine } from '../jobs/remote/scripted.ts';

const celery: ConnectionSettings = { engine: 'celery', url: 'redis://user:s3cret@localhost:6379/0' };
const inngest: ConnectionSettings = {
  engine: 'inngest',
  url: 'http://localhost:8288',
  settings: { signingKey: 'signkey-s3cret' },
};

describe('connections', () => {
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let warnings: Warnings;
  let engines: ScriptedEngine[];
  let refusal: JobdeckError | null;
  let connections: Connections;
  let notifications: number;
  const calls: unknown[][] = [];

  const open = () => {
    const jobs: ConnectionsDeps['jobs'] = {
      take: async (...all) => void calls.push(['take', ...all]),
      open: () => [],
      known: () => null,
      submit: async (...all) => {
        calls.push(['submit', ...all]);
        throw new JobdeckError({ code: 'UNKNOWN_TARGET', message: 'Not supported by this test.', hint: null });
      },
      disconnect: async (source) => void calls.push(['disconnect', source]),
    };
    const opened = new Connections({
      file,
      jobs,
      clock,
      warnings,
      onProblem: (error) => assert.fail(String(error)),
      load: async () => ({
        open: (_settings, deps) => {
          const engine = new ScriptedEngine(deps);
          // Like real engines, which know nothing at first.
          engine.start = () => {
            engine.started = true;
            deps.reports.status(statusWith({ state: 'connecting' }));
          };
          engines.push(engine);
          return engine;
        },
        test: async () => {
          if (refusal) throw refusal;
          return { version: '5.6', notes: [plainMessage('Results can’t be read.')] };
        },
      }),
    });
    opened.onChange(() => {
      notifications += 1;
    });
    return opened;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-connections-'));
    file = join(folder, 'connections.json');
    clock = new FakeClock();
    warnings = new Warnings();
    engines = [];
    refusal = null;
    notifications = 0;
    calls.length = 0;
    connections = open();
  });
  afterEach(async () => {
    await connections.close();
    rmSync(folder, { recursive: true });
  });

  const problem = (message: string) => ({ code: 'CONNECTION_FAILED', message, hint: null });
  const statusWith = (changes: Partial<ConnectionStatus>): ConnectionStatus => ({
    state: 'connected',
    problem: null,
    confirmedAt: clock.time,
    version: '5.6',
    notes: [],
    workers: [],
    queues: [],
    ...changes,
  });

  it('are tested, stored in a file that only the user can read, and opened', async () => {
    await connections.set('prod', celery, false);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readConnections(file), { prod: celery });
    assert.equal(engines.length, 1);
    assert.equal(engines[0]?.started, true);
    assert.equal(connections.size, 1);
  });

  it('have the findings of their test as soon as they are stored', async () => {
    const { state, version, notes } = await connections.set('prod', celery, false);
    assert.deepEqual(
      { state, version, notes },
      { state: 'connecting', version: '5.6', notes: [plainMessage('Results can’t be read.')] },
    );
  });

  it('can be used as soon as they are stored', async () => {
    await connections.set('prod', celery, false);
    assert.equal(connections.reach('prod').engine, engines[0]);
  });

  it('are shown without secrets', async () => {
    await connections.set('prod', celery, false);
    await connections.set('dev', inngest, false);
    const text = JSON.stringify(connections.list());
    assert.doesNotMatch(text, /s3cret|user/);
    assert.deepEqual(
      connections.list().map(({ name, url }) => [name, url]),
      [
        ['dev', 'http://localhost:8288'],
        ['prod', 'redis://localhost:6379/0'],
      ],
    );
    assert.equal(redactUrl('redis://u:p@h/0?password=x'), 'redis://h/0');
    assert.equal(redactUrl('not a url u:p@host'), 'not a url u:p@host');
    assert.equal(redactUrl('sentinel://u:p w@host'), 'sentinel://host');
  });

  it('are not stored if they fail their test or are invalid', async () => {
    refusal = new JobdeckError({ code: 'CONNECTION_FAILED', message: 'The broker does not respond.', hint: null });
    await assert.rejects(connections.set('prod', celery, false), { code: 'CONNECTION_FAILED' });
    for (const url of ['http://localhost', 'localhost', 'redis://', '']) {
      await assert.rejects(connections.set('prod', { ...celery, url }, false), {
        code: 'CONNECTION_INVALID',
        variant: 'celeryAddress',
      });
    }
    assert.equal(connections.size, 0);
    assert.deepEqual(readConnections(file), {});
  });

  it('are only tested in a dry run', async () => {
    const found = await connections.set('prod', celery, true);
    assert.deepEqual([found.version, found.notes.map(({ message }) => message)], ['5.6', ['Results can’t be read.']]);
    assert.equal(connections.size, 0);
    assert.deepEqual(readConnections(file), {});
  });

  it('are reopened after a restart', async () => {
    await connections.set('prod', celery, false);
    await connections.close();
    assert.equal(engines[0]?.closed, true);
    connections = open();
    await connections.start();
    assert.deepEqual(
      connections.list().map(({ name, state }) => [name, state]),
      [['prod', 'connecting']],
    );
    assert.equal(connections.reach('prod').engine, engines.at(-1));
    await connections.set('dev', inngest, true);
    assert.equal(engines.at(-1)?.started, true);
  });

  it('are replaced by one with the same name, but only of the same engine', async () => {
    await connections.set('prod', celery, false);
    await connections.set('prod', { ...celery, readOnly: true }, false);
    assert.deepEqual(
      engines.map(({ closed }) => closed),
      [true, false],
    );
    assert.equal(connections.get('prod').readOnly, true);
    assert.equal(connections.reach('prod').readOnly, true);
    await assert.rejects(connections.set('prod', inngest, false), { code: 'CONNECTION_INVALID' });
  });

  it('are closed when they are removed, and their jobs are disconnected', async () => {
    await connections.set('prod', celery, false);
    await connections.remove('prod');
    assert.deepEqual([connections.size, engines[0]?.closed], [0, true]);
    assert.deepEqual(calls, [['disconnect', { name: 'prod', engine: 'celery' }]]);
    assert.deepEqual(readConnections(file), {});
    await assert.rejects(connections.remove('prod'), { code: 'CONNECTION_NOT_FOUND' });
  });

  it('share one warning while they are down, and notify at most a few times a second', async () => {
    await connections.set('prod', celery, false);
    await connections.set('dev', inngest, false);
    clock.advance(1000);
    notifications = 0;
    const down = statusWith({ state: 'unreachable', problem: problem('The broker does not respond.') });
    engines[0]?.deps?.reports.status(down);
    engines[1]?.deps?.reports.status(statusWith({ state: 'refused', problem: problem('The key is wrong.') }));
    engines[1]?.deps?.reports.status(statusWith({ state: 'refused', problem: problem('The key is wrong.') }));
    const [warning] = warnings.list();
    assert.equal(warning?.code, 'CONNECTION_FAILED');
    assert.equal(warning?.variant, 'severalDown');
    assert.equal(
      warning?.message,
      'Connection prod is down: The broker does not respond. These connections are down too: dev.',
    );
    assert.equal(notifications, 0);
    clock.advance(1000);
    assert.equal(notifications, 1);
    for (const engine of engines) engine.deps?.reports.status(statusWith({}));
    assert.deepEqual(warnings.list(), []);
    assert.equal(connections.get('prod').state, 'connected');
  });

  it('are ignored after they were closed', async () => {
    await connections.set('prod', celery, false);
    const [engine] = engines;
    await connections.remove('prod');
    await engine?.deps?.reports.take([{ externalId: 'x', source: 'event', at: 1, status: 'running' }]);
    engine?.deps?.reports.status(statusWith({ state: 'unreachable' }));
    assert.deepEqual(
      calls.filter(([call]) => call === 'take'),
      [],
    );
    assert.deepEqual(warnings.list(), []);
  });

  it('are not opened if their file is invalid, and the file is kept when one is added', async () => {
    writeFileSync(file, '{"connections": {"prod": s3cret}}');
    connections = open();
    await connections.start();
    assert.deepEqual(connections.list(), []);
    assert.equal(warnings.list()[0]?.code, 'CONNECTIONS_IGNORED');
    assert.doesNotMatch(JSON.stringify(warnings.list()), /s3cret/);

    await connections.set('other', celery, false);
    assert.deepEqual(readConnections(file), { other: celery });
    const kept = readdirSync(folder).find((name) => name.includes('.invalid-')) ?? '';
    assert.equal(readFileSync(join(folder, kept), 'utf8'), '{"connections": {"prod": s3cret}}');
    assert.deepEqual(warnings.list(), []);
  });

  it('are rejected if their file is invalid, without revealing its content', () => {
    const wrong: [string, RegExp][] = [
      ['{"connections": {"prod": s3cret}}', /not valid JSON/],
      ['{"connections": {"prod": {"engine": "celery", "url": 5}}}', /prod/],
      ['{"connections": {"pr od": {"engine": "celery", "url": "redis://s3cret@x"}}}', /pr od/],
    ];
    for (const [text, message] of wrong) {
      writeFileSync(file, text);
      assert.throws(
        () => readConnections(file),
        (error: JobdeckError) => {
          assert.equal(error.code, 'CONFIG_INVALID');
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /s3cret/);
          return true;
        },
      );
      assert.equal(readFileSync(file, 'utf8'), text);
    }
  });
});
