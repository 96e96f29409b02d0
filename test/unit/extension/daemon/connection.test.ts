import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mock } from 'node:test';
import { backoffDelay, CrashLoop } from '../../../../extension/daemon/backoff.ts';
import { DaemonConnection } from '../../../../extension/daemon/connection.ts';
import { JobsModel } from '../../../../extension/daemon/jobsModel.ts';
import type { Transport } from '../../../../extension/daemon/session.ts';
import type { EnsureOptions } from '../../../../shared/client/find.ts';
import type { DaemonClient } from '../../../../shared/client/http.ts';
import type { FeedHandlers } from '../../../../shared/client/stream.ts';
import type { DaemonInfo } from '../../../../shared/daemon.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import type { FeedMessage, Subscribe } from '../../../../shared/feedMessages.ts';
import type { Job } from '../../../../shared/job.ts';
import { feedSubjects } from '../../../../shared/wire.ts';
import { makeJob } from '../builders.ts';

const gone = () => new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'gone', hint: null });

/** A daemon from the perspective of a connection, controlled step by step by the test. */
class FakeDaemon extends EventEmitter {
  info: DaemonInfo = { pid: 1, port: 1, token: 't', version: '1', protocol: 1, startedAt: '' };
  /** The result of finding or starting it. */
  ensured: (onStarting: EnsureOptions['onStarting']) => Promise<DaemonInfo> = async () => this.info;
  readonly asked: { mayStart: boolean }[] = [];
  readonly feeds: { from: Pick<Subscribe, 'epoch' | 'rev'>; handlers: FeedHandlers; closed: boolean }[] = [];
  answers = true;
  jobs: Job[] = [];
  readonly stops: string[] = [];

  readonly transport: Transport = {
    client: () => this.#client(),
    feed: (_info, from, handlers) => {
      const feed = { from, handlers, closed: false };
      this.feeds.push(feed);
      this.emit('feed');
      return {
        close: () => {
          feed.closed = true;
        },
      };
    },
  };

  ensure = async (mayStart: boolean, onStarting: EnsureOptions['onStarting']): Promise<DaemonInfo> => {
    this.asked.push({ mayStart });
    this.emit('ensure');
    return this.ensured(onStarting);
  };

  /** The most recently opened feed. */
  get feed() {
    const feed = this.feeds.at(-1);
    assert.ok(feed, 'a feed was opened');
    return feed;
  }

  say(message: FeedMessage): void {
    this.feed.handlers.message(message);
  }

  snapshot(jobs: Job[] = [], rev = 1): void {
    this.say({ type: 'snapshot', epoch: 'e', rev, jobs });
  }

  /** Simulates a killed process. */
  die(): void {
    this.answers = false;
    this.feed.handlers.closed(gone());
  }

  #client(): DaemonClient {
    const answer = async <T>(value: T): Promise<T> => {
      if (!this.answers) throw gone();
      return value;
    };
    const client = {
      health: () => answer({}),
      list: () => answer({ jobs: this.jobs, nextCursor: null, total: this.jobs.length }),
      stop: async (reason: string) => void this.stops.push(reason),
      close: () => {},
    };
    return client as unknown as DaemonClient;
  }
}

function connect(options: { crashLoop?: CrashLoop } = {}) {
  const daemon = new FakeDaemon();
  const model = new JobsModel();
  const lines: string[] = [];
  const connection = new DaemonConnection({
    model,
    ensure: daemon.ensure,
    transport: daemon.transport,
    log: (line) => lines.push(line),
    backoff: () => 0,
    ...options,
  });
  const states: string[] = [];
  connection.onDidChangeState(({ status }) => states.at(-1) !== status && states.push(status));
  return { daemon, model, connection, states, lines };
}

type Connected = ReturnType<typeof connect>;

/** Resolves once the connection has this status. */
function until({ connection }: Connected, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    if (connection.state.status === wanted) return resolve();
    const subscription = connection.onDidChangeState(({ status }) => {
      if (status !== wanted) return;
      subscription.dispose();
      resolve();
    });
  });
}

async function connected(options?: { crashLoop?: CrashLoop }): Promise<Connected> {
  const all = connect(options);
  all.connection.start();
  await once(all.daemon, 'feed');
  all.daemon.snapshot();
  return all;
}

describe('the connection to the daemon', () => {
  let open: Connected | undefined;
  const use = (all: Connected) => {
    open = all;
    return all;
  };
  afterEach(() => open?.connection.dispose());

  it('finds or starts the daemon and applies its snapshot', async () => {
    const { connection, states, daemon, model } = use(await connected());
    assert.deepEqual(states, ['starting', 'connecting', 'connected']);
    assert.deepEqual(daemon.asked, [{ mayStart: true }]);
    assert.deepEqual(daemon.feed.from, { epoch: null, rev: null });
    assert.equal(model.loaded, true);
    assert.ok(await connection.client());
  });

  it('shows how far a daemon is that has many jobs to find again', async () => {
    const all = use(connect());
    const { daemon, connection } = all;
    const shown: (string | undefined)[] = [];
    connection.onDidChangeState(({ status, error }) => shown.push(`${status} ${error?.message ?? ''}`));
    daemon.ensured = async (onStarting) => {
      for (const found of [300, 300, 1_200]) onStarting?.({ found, total: 1_500 });
      return daemon.info;
    };
    connection.start();
    await once(daemon, 'feed');
    daemon.snapshot();
    assert.deepEqual(shown, [
      'starting ',
      'starting The daemon is starting: 300 of 1,500 jobs found again.',
      'starting The daemon is starting: 1,200 of 1,500 jobs found again.',
      'connecting ',
      'connected ',
    ]);
  });

  it('is established once for several requests', async () => {
    const { connection, daemon } = use(await connected());
    connection.start();
    connection.start();
    assert.equal(daemon.asked.length, 1);
  });

  it('reconnects immediately after the daemon was killed and resumes the feed', async () => {
    const all = use(await connected());
    const { daemon, states, model } = all;
    const job = makeJob();
    daemon.say({ type: 'changes', rev: 7, jobs: [job], removed: [] });
    daemon.die();
    assert.equal(all.connection.state.status, 'reconnecting');
    daemon.answers = true;
    await once(daemon, 'feed');
    assert.deepEqual(daemon.feed.from, { epoch: 'e', rev: 7 });
    daemon.say({ type: 'changes', rev: 7, jobs: [], removed: [] });
    assert.deepEqual(states.slice(3), ['reconnecting', 'connected']);
    assert.ok(model.get(job.id));
  });

  it('keeps retrying while the daemon can’t be reached', async () => {
    const all = use(await connected());
    const { daemon } = all;
    let tries = 0;
    daemon.ensured = async () => {
      tries += 1;
      if (tries < 4) throw gone();
      return daemon.info;
    };
    daemon.die();
    await once(daemon, 'feed');
    daemon.snapshot();
    assert.equal(tries, 4);
    assert.equal(all.connection.state.status, 'connected');
  });

  it('fails with the reason when the daemon can’t start, and can be started again', async () => {
    const all = use(connect());
    const { daemon, connection } = all;
    daemon.ensured = async () => {
      throw new JobdeckError({ code: 'PORT_UNUSABLE', message: 'Port 80 can’t be used.', hint: 'Choose another.' });
    };
    connection.start();
    await until(all, 'failed');
    assert.deepEqual(connection.state.error, {
      code: 'PORT_UNUSABLE',
      message: 'Port 80 can’t be used.',
      hint: 'Choose another.',
    });
    await assert.rejects(connection.client(), { code: 'PORT_UNUSABLE' });
    daemon.ensured = async () => daemon.info;
    connection.start();
    await once(daemon, 'feed');
    daemon.snapshot();
    assert.equal(connection.state.status, 'connected');
  });

  it('stays offline after the daemon was stopped', async () => {
    const all = use(await connected());
    const { daemon, states, connection } = all;
    daemon.say({ type: 'stopping', reason: 'stop' });
    daemon.die();
    await until(all, 'offline');
    assert.deepEqual(states.slice(3), ['offline']);
    assert.equal(daemon.asked.length, 1);
    await assert.rejects(connection.client(), { code: 'DAEMON_UNREACHABLE' });
  });

  it('is offline again when a daemon that was started elsewhere stops before it has found its jobs', async () => {
    const all = use(await connected());
    const { daemon, states, connection } = all;
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      await connection.stop();
      daemon.ensured = async (onStarting) => {
        onStarting?.({ found: 1, total: 2 });
        throw gone();
      };
      mock.timers.tick(5_000);
      assert.equal(connection.state.status, 'starting');
      await until(all, 'offline');
      assert.equal(connection.state.error, null);
      mock.timers.tick(5_000);
      await until(all, 'offline');
      assert.deepEqual(states.slice(3), ['offline', 'starting', 'offline', 'starting', 'offline']);
      daemon.ensured = async () => daemon.info;
      connection.start();
      assert.deepEqual(daemon.asked.at(-1), { mayStart: true });
    } finally {
      mock.timers.reset();
    }
  });

  it('switches to the daemon that takes over', async () => {
    const all = use(await connected());
    const { daemon } = all;
    daemon.say({ type: 'stopping', reason: 'handover' });
    daemon.die();
    await once(daemon, 'feed');
    daemon.answers = true;
    daemon.snapshot();
    assert.equal(all.connection.state.status, 'connected');
  });

  it('polls when only HTTP works', async () => {
    const all = use(connect());
    const { daemon, connection, model } = all;
    const hints: unknown[] = [];
    connection.onDidHint((changed) => hints.push(changed));
    daemon.jobs = [makeJob()];
    connection.start();
    await once(daemon, 'feed');
    daemon.feed.handlers.closed(new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'no WebSocket', hint: null }));
    await until(all, 'polling');
    assert.equal(connection.state.error?.message, 'no WebSocket');
    assert.equal(model.all().length, 1);
    assert.ok(await connection.client());
    assert.deepEqual(hints, [feedSubjects], 'they may have changed');
    daemon.snapshot();
    assert.equal(connection.state.status, 'connected');
    assert.deepEqual(hints, [feedSubjects, feedSubjects], 'nor what changed until the feed was there');
  });

  it('forwards changes of queues and schedules', async () => {
    const { daemon, connection } = use(await connected());
    const hints: unknown[] = [];
    connection.onDidHint((changed) => hints.push(changed));
    daemon.say({ type: 'hint', changed: ['queues'] });
    assert.deepEqual(hints, [['queues']]);
  });

  it('has the daemon’s reason when it refuses the feed', async () => {
    const all = use(connect());
    const { daemon, connection } = all;
    connection.start();
    await once(daemon, 'feed');
    const error = { code: 'TOO_MANY_CONNECTIONS', message: 'Too many connections.', hint: null };
    daemon.say({ type: 'error', error });
    daemon.feed.handlers.closed(gone());
    await until(all, 'polling');
    assert.equal(connection.state.error?.message, 'Too many connections.');
  });

  it('stops starting a daemon that keeps crashing, until requested', async () => {
    const all = use(await connected({ crashLoop: new CrashLoop(3, 60_000) }));
    const { daemon, connection } = all;
    for (let crash = 1; crash <= 3; crash += 1) {
      const next = crash < 3 ? once(daemon, 'feed') : until(all, 'failed');
      daemon.die();
      await next;
      daemon.answers = true;
      if (crash < 3) daemon.snapshot();
    }
    assert.match(connection.state.error?.message ?? '', /keeps stopping/);
    const feed = once(daemon, 'feed');
    connection.start();
    await feed;
  });

  it('provides the daemon’s warnings while connected', async () => {
    const { daemon, connection } = use(await connected());
    const warnings = [{ code: 'STORAGE_FULL', message: 'full', hint: null }];
    daemon.say({ type: 'warnings', warnings });
    assert.deepEqual(connection.state, { status: 'connected', error: null, warnings });
    daemon.die();
    assert.deepEqual(connection.state.warnings, []);
  });

  it('lets client requests wait while it is being established', async () => {
    const all = use(connect());
    all.connection.start();
    const client = all.connection.client();
    await once(all.daemon, 'feed');
    assert.ok(await client);
  });

  it('restarts and stops the daemon', async () => {
    const { daemon, connection } = use(await connected());
    await connection.restart();
    await connection.stop();
    assert.deepEqual(daemon.stops, ['handover', 'stop']);
    assert.equal(connection.state.status, 'offline');
    assert.equal(daemon.feed.closed, true);
  });

  it('fires no events after it is disposed', async () => {
    const { daemon, connection, states } = use(await connected());
    connection.dispose();
    assert.equal(daemon.feed.closed, true);
    daemon.die();
    assert.equal(states.at(-1), 'connected');
  });
});

describe('the back-off', () => {
  const options = { first: 250, limit: 30_000, random: () => 0.999_999 };

  it('has no delay for the first try', () => {
    assert.equal(backoffDelay(0, options), 0);
  });

  it('doubles up to its limit', () => {
    const delays = [1, 2, 3, 8, 100].map((attempt) => backoffDelay(attempt, options));
    assert.deepEqual(delays, [250, 500, 1_000, 30_000, 30_000]);
  });

  it('is half random, so that windows don’t reconnect at the same time', () => {
    assert.equal(backoffDelay(2, { ...options, random: () => 0 }), 250);
  });
});

describe('a crash loop', () => {
  it('is a number of crashes within a short time', () => {
    const loop = new CrashLoop(3, 1_000);
    assert.deepEqual(
      [0, 600, 1_200, 1_500].map((time) => loop.crashed(time)),
      [false, false, false, true],
    );
  });

  it('is reset by a manual retry', () => {
    const loop = new CrashLoop(2, 1_000);
    loop.crashed(0);
    loop.reset();
    assert.equal(loop.crashed(1), false);
  });
});
