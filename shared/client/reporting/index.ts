/**
 * `jobdeck/client`: one line makes a program's job visible in the editor.
 *
 *     const job = startJob({ title: 'Ingest', total: 100 });
 *     job.progress(40, 100, 'Reading');
 *     job.complete();
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { NewStep, StartRequest } from '../../reporting.ts';
import { version } from '../../version.ts';
import { ensureDaemon } from '../find.ts';
import { daemonHome } from '../home.ts';
import { findAddress, type OwnJob, ownJob } from './address.ts';
import { startBody } from './arguments.ts';
import { ReportedJob } from './job.ts';
import { finalFlush, Reporter } from './reporter.ts';

export type { ReportedJob, ReportedStep } from './job.ts';
export type { NewStep };

export interface StartOptions extends Omit<StartRequest, 'title' | 'steps'> {
  title: string;
  /** Its steps: ids, or with their labels and weights. */
  steps?: readonly (string | NewStep)[];
  /** Starts the daemon when it is not running; otherwise what is reported waits for it. */
  start?: boolean;
  /** An exception nobody catches fails the job before it ends the program. */
  failOnUncaught?: boolean;
  /** Says nothing on stderr about reports that were not understood. */
  quiet?: boolean;
}

interface Shared {
  /** Reports on any job. */
  any: Reporter | null;
  /** The job it runs in. */
  current: ReportedJob | null;
  /** Jobs by the keys they were given. */
  byKey: Map<string, WeakRef<ReportedJob>>;
  quiet: boolean;
  start: boolean;
  warned: Set<string>;
}
// The one state of this module: `startJob` can be called from anywhere, and a process needs only one connection.
const shared: Shared = { any: null, current: null, byKey: new Map(), quiet: false, start: false, warned: new Set() };

/** Begins a job that this program does itself. It never throws, and works while the daemon is away. */
export function startJob(options: StartOptions): ReportedJob {
  const { start = false, quiet, failOnUncaught = false, ...request } = options ?? {};
  shared.quiet ||= quiet === true;
  shared.start ||= start;
  shared.any ??= makeReporter(null);
  const body = startBody({ cwd: process.cwd(), commandLine: process.argv.join(' '), ...request } as StartRequest);
  const key = body.idempotencyKey;
  const known = key === undefined ? undefined : shared.byKey.get(key)?.deref();
  if (known?.ended === false) return known;
  const job = new ReportedJob(shared.any, warn, { start: body });
  if (key !== undefined) shared.byKey.set(key, new WeakRef(job));
  if (failOnUncaught) failOnUncaughtException(job);
  return job;
}

/** The job of Jobdeck that this program runs in; null outside of one. */
export function currentJob(): ReportedJob | null {
  const own = ownJob(process.env);
  if (own !== null) shared.current ??= new ReportedJob(makeReporter(own), warn, { id: own.id });
  return shared.current;
}

function warn(text: string): void {
  if (shared.quiet || shared.warned.has(text) || shared.warned.size > 20) return;
  shared.warned.add(text);
  process.stderr.write(`jobdeck: ${text}\n`);
}

function makeReporter(own: OwnJob | null): Reporter {
  const home = daemonHome();
  const reporter = new Reporter({
    home,
    warn,
    adopts: own?.token == null,
    find: async () => {
      const address = await findAddress(process.env, own);
      if (address !== null || !shared.start || own !== null) return address;
      shared.start = false;
      return ensureDaemon({ home, version, daemonFile: beside('daemon.js') });
    },
  });
  let tried = false;
  // Nothing of a reporter keeps its program alive, so its end waits a little for the daemon.
  process.on('beforeExit', () => {
    if (tried || !reporter.hasUndelivered) return;
    tried = true;
    void reporter.flush(finalFlush, true);
  });
  process.on('exit', () => {
    const isLeft = reporter.hasUndelivered;
    reporter.close();
    // `process.exit` waits for nobody: another process delivers what is on disk now.
    if (isLeft)
      spawn(process.execPath, [beside('deliver.js'), `${process.pid}`], { detached: true, stdio: 'ignore' }).unref();
  });
  return reporter;
}

/** A file of the build, in which this module is `dist/client.js`. */
function beside(name: string): string {
  return join(__dirname, name);
}

function failOnUncaughtException(job: ReportedJob): void {
  process.once('uncaughtException', (error) => {
    job.fail(error);
    void job.flush(finalFlush).then(() => {
      // As Node does it, unless the program has a handler of its own.
      if (process.listenerCount('uncaughtException') > 0) return;
      console.error(error);
      process.exit(1);
    });
  });
}
