/** Creates the parts of the daemon and connects them. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ownRecord } from '../shared/client/holder.ts';
import { homeFiles } from '../shared/client/home.ts';
import type { DaemonInfo } from '../shared/daemon.ts';
import type { FeedStopping } from '../shared/feedMessages.ts';
import { FileRefused } from '../shared/files/fileRefused.ts';
import { daemonWarning } from '../shared/messages/daemonWarnings.ts';
import { protocolVersion as protocol } from '../shared/protocol.ts';
import { version } from '../shared/version.ts';
import { buildApi } from './api/api.ts';
import { edgeCheck } from './api/edge/access.ts';
import { Sockets } from './api/edge/sockets.ts';
import { Feed } from './api/stream/feed.ts';
import { Stream } from './api/stream/stream.ts';
import { systemClock, wait } from './clock.ts';
import { Connections } from './connections/connections.ts';
import { loadEngine } from './connections/loadEngine.ts';
import { Definitions } from './definitions/definitions.ts';
import { FileWatch } from './definitions/fileWatch.ts';
import { DiskWatch, type WatchedLog } from './disk/diskWatch.ts';
import { Reserve } from './disk/reserve.ts';
import type { Engine } from './engines/engine.ts';
import { LocalEngine } from './engines/local/engine.ts';
import { ReportedEngine } from './engines/reported/engine.ts';
import { Histogram } from './histogram.ts';
import { createJobs } from './jobs/createJobs.ts';
import { jobRules } from './jobs/kinds/rules.ts';
import { JobTokens } from './jobTokens.ts';
import type { FileLog } from './log.ts';
import { AttemptLogs } from './logs/files.ts';
import { writeCommand } from './start/command.ts';
import { refuseJobsElsewhere } from './start/elsewhere.ts';
import { IdleTimer } from './start/idle.ts';
import { removeStaleInfo } from './start/info.ts';
import { collectLeftReports } from './start/leftReports.ts';
import { listenAgain } from './start/listen.ts';
import { LiveConfig } from './start/liveConfig.ts';
import { loadNative, takeLock } from './start/lock.ts';
import { releaseMemory } from './start/memory.ts';
import { removeOldCode } from './start/oldCode.ts';
import { openJobs } from './start/openJobs.ts';
import { stopOnSignals } from './start/process.ts';
import { type Eviction, Publication } from './start/publication.ts';
import { Readiness } from './start/readiness.ts';
import { stopOnce } from './start/stop.ts';
import type { Store } from './store/store.ts';
import { Warnings } from './warnings.ts';

/** Milliseconds without requests and changes after which memory is returned to the system. */
const releaseMemoryAfter = 10_000;
/** Milliseconds that reading connections and definitions may delay requests. */
const othersTimeout = 3_000;
/** Milliseconds that open requests have to finish when the daemon stops. */
const closeTimeout = 1_000;
/** Buckets of the histogram of start delays, in seconds. */
const startDelayBounds = [0.01, 0.1, 1, 10, 60, 600, 3_600, 86_400];

export interface StartOptions {
  /** Gives up jobs that were running on another machine or in another container. */
  takeOver: boolean;
  /** Called when clients can find the daemon. Their requests wait until it has recovered its jobs. */
  onPublished(info: DaemonInfo): void;
}

/**
 * Starts the daemon. Resolves when it has recovered its jobs.
 * @throws JobdeckError DAEMON_ALREADY_RUNNING, HOME_IN_USE, DATABASE_NEWER, DATABASE_UNUSABLE, PORT_UNUSABLE
 */
export async function startDaemon(home: string, log: FileLog, { takeOver, onPublished }: StartOptions): Promise<void> {
  const clock = systemClock;
  const startedAt = new Date(clock.now()).toISOString();
  const inHome = (file: keyof typeof homeFiles) => join(home, homeFiles[file]);
  loadNative();
  const lock = takeLock(inHome('lock'));
  await refuseJobsElsewhere(home, takeOver);
  removeStaleInfo(inHome('info'));
  const reserve = new Reserve(inHome('reserve'), `${inHome('database')}-wal`);
  reserve.prepareStart();

  const onProblem = (error: unknown, about: string) => log.error(`Something failed: ${about}.`, error);
  const onEvicted = (why: Eviction) => {
    log.warning(evictions[why]);
    evicted = true;
    database.abandon();
    stop('stop');
  };
  let evicted = false;
  const publication = new Publication({ home, lock, clock, onEvicted, onProblem });
  publication.publish('holder', ownRecord(process.argv[1] ?? ''));
  const warnings = new Warnings();
  const config = new LiveConfig({
    file: inHome('config'),
    log,
    warnings,
    watch: (onChange) => new FileWatch({ path: inHome('config'), clock, onChange, onWatching: () => undefined }),
    onChange({ retention }) {
      idle.restart();
      if (retention) jobs.retention.settingsChanged();
    },
  });
  const logs = new AttemptLogs(inHome('logs'));
  const logSize = (jobId: string, attempt: number) => logs.size(jobId, attempt);
  const storeOptions = { now: () => clock.now(), rules: jobRules, logSize, onProblem };
  const files = {
    database: inHome('database'),
    marker: inHome('marker'),
    logs: inHome('logs'),
    run: inHome('run'),
  };
  const database = openJobs(storeOptions, { ...files, clock, log, warnings });
  const { store } = database;

  const engines = new Map<string, Engine>();
  const startDelays = new Histogram(startDelayBounds);
  const tokens = new JobTokens(store.jobTokenSecret());
  const jobs = createJobs({
    store,
    engines,
    clock,
    logs,
    warnings,
    reserve,
    retention: config.retention,
    reporting: config.reporting,
    startDelays,
    onProblem,
    reach: (connection) => connections.reach(connection),
  });
  const connections = new Connections({
    file: inHome('connections'),
    jobs: jobs.remote,
    clock,
    warnings,
    onProblem,
    load: loadEngine,
  });
  const local = new LocalEngine({
    reports: jobs.attempts,
    progress: jobs.attempts,
    logs,
    clock,
    onProblem,
    runDir: inHome('run'),
    get graceMs() {
      return config.current.cancelGraceSeconds * 1000;
    },
    supervisor: process.platform === 'win32' ? 'node' : 'sh',
    // Bundles of the daemon are in one folder.
    supervisorFile: join(__dirname, 'supervisor.js'),
    reporting: (id) => ({ url: `http://127.0.0.1:${info.port}`, token: tokens.tokenOf(id), home, bin: inHome('bin') }),
  });
  const reported = new ReportedEngine();
  for (const engine of [local, reported]) engines.set(engine.name, engine);

  const definitions = new Definitions({
    store,
    clock,
    warnings,
    log,
    onProblem,
    queues: jobs.queues,
    schedules: jobs.schedules,
    env: process.env,
    homeFile: inHome('definitions'),
  });
  const token = randomBytes(32).toString('base64url');
  const info: DaemonInfo = { pid: process.pid, port: config.current.port, token, version, protocol, startedAt };
  const stopping = new AbortController();
  const feed = new Feed(store, warnings, clock);
  connections.onChange(() => feed.hint(new Set(['connections'])));
  let requests = 0;
  const isBusy = () =>
    requests > 0 ||
    stream.connections > 0 ||
    activeJobs(store.counts()) > 0 ||
    store.enabledSchedules().enabled > 0 ||
    connections.size > 0;
  const idle = new IdleTimer(
    clock,
    () => config.current.idleExitSeconds * 1000,
    isBusy,
    () => stop('idle'),
  );
  const memoryTimer = new IdleTimer(
    clock,
    () => releaseMemoryAfter,
    () => false,
    releaseMemory,
  );
  const touch = () => {
    idle.touch();
    memoryTimer.touch();
  };
  const sockets = new Sockets();
  const check = edgeCheck(token, () => info.port, tokens);
  const readiness = new Readiness(clock);
  const stream = new Stream({
    feed,
    readiness,
    programs: jobs.programs,
    reported,
    check,
    sockets,
    clock,
    log,
    stopping: stopping.signal,
    onConnections: touch,
  });
  const diskWatch = new DiskWatch({
    folder: home,
    settings: config.disk,
    clock,
    warnings,
    running: () => runningLogs(store, logs),
    onJobsChanged: (listener) => store.onCommit(({ onlyActivity }) => !onlyActivity && listener()),
    noteCut: ({ jobId, attempt }, bytes, reason) => jobs.noteLogCut(jobId, attempt, bytes, reason),
    clean: async () => void (await jobs.retention.cleanLogs()),
    onProblem,
  });
  const api = buildApi({
    home,
    startedAt,
    store,
    jobs,
    queues: jobs.queues,
    schedules: jobs.schedules,
    backfills: jobs.backfills,
    programs: jobs.programs,
    tokens,
    startDelays,
    definitions,
    connections,
    engines,
    get staleMs() {
      return config.current.staleMinutes * 60_000;
    },
    get cancelGraceMs() {
      return config.current.cancelGraceSeconds * 1000;
    },
    logGrewAt: (jobId, attempt) => logs.grewAt(jobId, attempt),
    logs,
    warnings,
    feed,
    readiness,
    check,
    sockets,
    clock,
    log,
    stopping: stopping.signal,
    port: () => info.port,
    stop: (reason) => stop(reason),
    onRequest(change) {
      requests += change;
      touch();
    },
  });
  stream.attach(api.server);

  const stop = stopOnce({ clock, log }, async (reason: FeedStopping['reason']) => {
    publication.close();
    config.close();
    idle.close();
    memoryTimer.close();
    stopping.abort();
    feed.stop(reason);
    const cancelTimeout = clock.after(closeTimeout, () => api.server.closeAllConnections());
    await Promise.all([stream.close(), api.close()]);
    cancelTimeout();
    await definitions.close();
    await connections.close();
    diskWatch.close();
    jobs.close();
    await local.close();
    // Closing the database would delete files by their paths, which may be another daemon's by now.
    if (evicted) return;
    database.close();
    publication.withdraw();
    lock.release();
  });

  writeCommand(inHome('bin'), { program: process.execPath, script: join(__dirname, 'cli.js') }, onProblem);
  info.port = await listenAgain(api, config.current.port, inHome('port'));
  publication.publish('info', info);
  stopOnSignals(() => stop('stop'));
  log.info('Listening.', { port: info.port });
  onPublished(info);
  await database.restore(jobs);
  await jobs.recover(readiness);
  if (log.problem instanceof FileRefused) {
    const { reason } = log.problem;
    warnings.set(daemonWarning.problem('LOG_UNWRITABLE', { file: inHome('log'), reason }));
  }
  if (stopping.signal.aborted) return;
  const others = connections.start().then(() => definitions.start());
  // A folder or an engine that doesn't respond must not keep requests waiting.
  await Promise.race([others, wait(othersTimeout, clock, stopping.signal)]);
  readiness.ready();
  await others;
  if (stopping.signal.aborted) return;
  reserve.completeStart();
  void removeOldCode(inHome('cache'), version, onProblem);
  collectLeftReports(inHome('spool'), join(__dirname, 'deliver.js'), home);
  store.onCommit(touch);
  config.start();
  diskWatch.start();
  touch();
  log.info('Started.', { version, port: info.port, home, node: process.versions.node });
}

const evictions: Record<Eviction, string> = {
  homeGone: 'The home folder was moved or deleted, so the daemon stops. Jobs keep running.',
  lockTaken: 'Another daemon has locked the home folder, so this one stops. Jobs keep running.',
};

function activeJobs({ pending, waiting, running }: Record<'pending' | 'waiting' | 'running', number>): number {
  return pending + waiting + running;
}

/** The logs of local attempts that are running. */
function runningLogs(store: Store, logs: AttemptLogs): WatchedLog[] {
  const running = store.read((rows) => rows.attempts.runningOf('local'));
  return running.map(({ jobId, number, title }) => ({ jobId, attempt: number, title, path: logs.path(jobId, number) }));
}
