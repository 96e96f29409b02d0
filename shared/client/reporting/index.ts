/**
 * `jobdeck/client`: makes a program's job visible in the editor with one line.
 *
 *     const job = startJob({ title: 'Ingest', total: 100 });
 *     job.progress(40, 100, 'Reading');
 *     job.complete();
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { NewStep, StartRequest } from '../../reporting.ts';
import { version } from '../../version.ts';
import { withoutDescriptors } from '../descriptors.ts';
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
  /** Step IDs, or steps with labels and weights. */
  steps?: readonly (string | NewStep)[];
  /** Start the daemon if it is not running. Otherwise reports are kept until it is. */
  start?: boolean;
  /** Fail the job if the program ends with an uncaught exception. */
  failOnUncaught?: boolean;
  /** Don't print warnings about ignored reports to stderr. */
  quiet?: boolean;
}

interface Shared {
  /** Reports on all jobs except the current one. */
  reporter: Reporter | null;
  /** The job that this program runs in. */
  current: ReportedJob | null;
  /** Jobs by idempotency key. */
  byKey: Map<string, WeakRef<ReportedJob>>;
  quiet: boolean;
  start: boolean;
  warned: Set<string>;
}
// Module state, because `startJob` can be called from anywhere and a process needs only one connection.
const shared: Shared = {
  reporter: null,
  current: null,
  byKey: new Map(),
  quiet: false,
  start: false,
  warned: new Set(),
};

/** Starts a job that this program performs. Never throws, and works while the daemon is unavailable. */
export function startJob(options: StartOptions): ReportedJob {
  const { start = false, quiet, failOnUncaught = false, ...request } = options ?? {};
  shared.quiet ||= quiet === true;
  shared.start ||= start;
  shared.reporter ??= makeReporter(null);
  const body = startBody({ ...currentFolder(), commandLine: process.argv.join(' '), ...request } as StartRequest);
  const key = body.idempotencyKey;
  const known = key === undefined ? undefined : shared.byKey.get(key)?.deref();
  if (known?.ended === false) return known;
  const job = new ReportedJob(shared.reporter, warn, { start: body });
  if (key !== undefined) shared.byKey.set(key, new WeakRef(job));
  if (failOnUncaught) failOnUncaughtException(job);
  return job;
}

/** The Jobdeck job that this program runs in, or null. */
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
      return ensureDaemon({ home, version, daemonFile: builtFile('daemon.js') });
    },
  });
  let tried = false;
  // A reporter does not keep the program alive, so give it a little time before the program exits.
  process.on('beforeExit', () => {
    if (tried || !reporter.hasUndelivered) return;
    tried = true;
    void reporter.flush(finalFlush, true);
  });
  process.on('exit', () => {
    const hasUndelivered = reporter.hasUndelivered;
    reporter.close();
    // `process.exit` waits for nothing, so another process delivers what is on disk.
    if (!hasUndelivered) return;
    const delivery = { program: process.execPath, args: [builtFile('deliver.js'), `${process.pid}`] };
    const { program, args } = withoutDescriptors(delivery);
    spawn(program, args, { detached: true, stdio: 'ignore' }).unref();
  });
  return reporter;
}

/** A file next to `dist/client.js`, which is this module after the build. */
function builtFile(name: string): string {
  return join(__dirname, name);
}

function failOnUncaughtException(job: ReportedJob): void {
  process.once('uncaughtException', (error) => {
    job.fail(error);
    void job.flush(finalFlush).then(() => {
      // Node's default behavior, unless the program has its own handler.
      if (process.listenerCount('uncaughtException') > 0) return;
      console.error(error);
      process.exit(1);
    });
  });
}

/** The folder of this program, unless it has been deleted. */
function currentFolder(): { cwd?: string } {
  try {
    return { cwd: process.cwd() };
  } catch {
    return {};
  }
}
