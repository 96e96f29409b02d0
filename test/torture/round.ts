/** Plays a round: a fresh home, load and faults in parallel, a quiet phase, and the checks. */
import { deepStrictEqual } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { homeFiles } from '../../shared/client/home.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import type { JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { atExit } from '../../tools/host/processes.ts';
import { checkDatabase, jobIds } from './checkDatabase.ts';
import { checkJobs } from './checkJobs.ts';
import { losesAll } from './damage.ts';
import { Driver } from './driver.ts';
import { Faults } from './faults.ts';
import { Follower } from './follower.ts';
import { Keeper } from './keeper.ts';
import { Ledger, processesOf } from './ledger.ts';
import { Moments } from './moments.ts';
import { movesClock, type Plan, setsClockBack } from './plan.ts';
import { environmentOf, isZombie, processIds } from './processes.ts';
import { judgeProofs, overlaps, parseProofs } from './proofs.ts';
import { Relay } from './relay.ts';
import { Requests } from './requests.ts';
import { RoundFolder } from './roundFolder.ts';

/** Milliseconds without any event in the quiet phase after which unfinished jobs are considered stuck. */
const quietMs = 45_000;

export interface Outcome {
  violations: string[];
  kills: number;
  starts: number;
  jobs: number;
  attempts: number;
  reconnects: number;
  faults: Map<string, number>;
  /** Errors in daemon.log and how often each occurred. */
  loggedErrors: Map<string, number>;
  /** The folder with the files of a failed round. */
  kept: string | null;
}

/** Plays a plan. Afterwards, no process of the round is running any more, whatever happened. */
export async function playRound(plan: Plan, hasDisk: boolean): Promise<Outcome> {
  const roundFolder = new RoundFolder(hasDisk);
  const violations: string[] = [];
  const violation = (text: string) => void violations.push(text);
  const mark = `${process.pid}.${plan.seed}.${plan.round}`;
  let faults: Faults | null = null;
  const excused = () => faults?.diskFails === true;
  const keeper = new Keeper(roundFolder, { movesClock: movesClock(plan), mark, excused, violation });
  const relay = new Relay(() => readDaemonInfo(roundFolder.home));
  await relay.listen();
  const follower = new Follower(roundFolder.home, relay.port, violation);
  const ledger = new Ledger();
  const over = new AbortController();
  const { signal } = over;
  const killAll = () => {
    killMarked(mark);
    for (const entry of ledger.entries.values()) for (const pid of processesOf(entry)) kill(pid);
  };
  const forget = atExit(killAll);
  const moments = new Moments(join(roundFolder.home, homeFiles.run));
  const requests = new Requests({ home: roundFolder.home, ledger, port: relay.port, moments, signal, violation });
  const driver = new Driver({ roundFolder, ledger, requests, mark, follower, signal, violation });
  const round = { plan, roundFolder, keeper, relay, follower, ledger, requests, driver, moments, mark, violation };
  let seen = { jobs: 0, attempts: 0 };
  faults = new Faults(round);
  try {
    keeper.start();
    await keeper.ready();
    moments.watch();
    await Promise.all([driver.run(plan.load), faults.run(plan.faults)]);
    seen = await judge(round);
  } catch (error) {
    violation(`The round was aborted: ${(error as Error).stack ?? error}`);
  } finally {
    over.abort();
    moments.close();
    follower.close();
    await keeper.kill();
    await relay.close();
    killAll();
    forget();
  }
  const loggedErrors = loggedErrorsIn(join(roundFolder.home, homeFiles.log));
  for (const [text] of loggedErrors) if (text.startsWith('The daemon ends because')) violation(text);
  const kept = violations.length > 0 ? roundFolder.keep() : null;
  roundFolder.remove();
  const { reconnects } = follower;
  const { kills, starts } = keeper;
  return { violations, kills, starts, ...seen, reconnects, faults: faults.made, loggedErrors, kept };
}

interface Round {
  plan: Plan;
  roundFolder: RoundFolder;
  keeper: Keeper;
  relay: Relay;
  follower: Follower;
  ledger: Ledger;
  driver: Driver;
  mark: string;
  violation(text: string): void;
}

/** Lets everything finish undisturbed, then runs all checks. */
async function judge(round: Round): Promise<{ jobs: number; attempts: number }> {
  const { roundFolder, keeper, follower, ledger, driver, mark, violation } = round;
  await driver.settle();
  // The next daemon collects reports that programs left on disk.
  await keeper.terminate();
  keeper.start();
  await keeper.ready();
  const isExcused = (title: string) => ledger.reported.get(title)?.metBadDisk === true;
  const reported = [...ledger.reported].filter(([, job]) => !job.metBadDisk).map(([label]) => label);
  await follower.until(
    ({ jobs }) =>
      [...jobs.values()].every((job) => isTerminal(job.status) || isExcused(job.title)) &&
      reported.every((label) => [...jobs.values()].some(({ title, type }) => title === label && type === 'reported')),
    quietMs,
  );
  const { jobs, warnings } = await everyJob(roundFolder.home);
  const isNoticed = warnings.some((code) => code.startsWith('DATABASE_'));
  for (const fault of round.plan.faults) {
    if (fault.do === 'damage' && ledger.loss !== null && losesAll(fault.how) && !isNoticed)
      violation(`Nobody is warned of the damaged database: ${fault.how}.`);
  }
  await compareViews(round);
  await keeper.terminate();
  const proofs = parseProofs(readFileSync(roundFolder.proofs, 'utf8'));
  const database = join(roundFolder.home, homeFiles.database);
  const repeated = [...ledger.entries.values()].filter((one) => one.planned.repeats && !ledger.isLost(one));
  const oneAtATime = [...ledger.entries.values()].filter(({ planned }) => planned.kind === 'oneAtATime');
  const labels = (entries: typeof repeated) => new Set(entries.map(({ planned }) => planned.label));
  for (const text of [
    ...judgeProofs(proofs, labels(repeated), {
      mayLeave: (id) => ledger.mayLeaveProcesses(id),
      // An earlier database, and a clock that was set back: nothing shows that a due time has passed before.
      mayRepeatFrom: ledger.loss !== null && setsClockBack(round.plan) ? ledger.loss.proofs : null,
    }),
    // The limits of queues are lost with the database.
    ...(ledger.loss === null ? overlaps(proofs, labels(oneAtATime)) : []),
    ...checkJobs({ home: roundFolder.home, ledger, jobs, proofs }),
    ...checkDatabase(database),
    ...leftoverFiles(roundFolder.home, jobIds(database), ledger),
    ...(await leftoverProcesses(mark, ledger)),
  ])
    violation(text);
  const attempts = [...jobs.values()].reduce((sum, job) => sum + job.attempts.length, 0);
  return { jobs: jobs.size, attempts };
}

async function everyJob(home: string): Promise<{ jobs: Map<string, JobDetail>; warnings: string[] }> {
  const info = await readDaemonInfo(home);
  if (info === null) throw new Error('No daemon is running in the quiet phase.');
  const client = new DaemonClient(info);
  try {
    const jobs = new Map<string, JobDetail>();
    let cursor: string | null | undefined;
    do {
      const page = await client.list({ limit: 500, ...(cursor ? { cursor } : {}) });
      for (const { id } of page.jobs) jobs.set(id, await client.get(id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const { warnings } = await client.health();
    return { jobs, warnings: warnings.map(({ code }) => code) };
  } finally {
    client.close();
  }
}

/** Checks that a client that was connected all the time shows the same as a new one. */
async function compareViews({ roundFolder, follower, violation }: Round): Promise<void> {
  const fresh = new Follower(roundFolder.home, null, violation);
  try {
    if (!(await fresh.until(({ rev }) => rev !== null, quietMs))) violation('A new client received no snapshot.');
    // Either client may be a frame behind.
    const same = () => follower.state.rev === fresh.state.rev && follower.state.epoch === fresh.state.epoch;
    const isSame = (await fresh.until(same, 2_000)) || (await follower.until(same, 10_000));
    if (!isSame) violation(`The client is at revision ${follower.state.rev}, a new one at ${fresh.state.rev}.`);
    else deepStrictEqual(byId(follower), byId(fresh));
  } catch (error) {
    violation(`The client differs from a new one: ${(error as Error).message}`);
  } finally {
    fresh.close();
  }
}

function byId({ state }: Follower) {
  return [...state.jobs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Checks that unneeded files are deleted: run folders, delivered reports, and logs without a job. */
function leftoverFiles(home: string, jobs: ReadonlySet<string>, ledger: Ledger): string[] {
  const names = (folder: string) => (existsSync(join(home, folder)) ? readdirSync(join(home, folder)) : []);
  const badDisk = [...ledger.reported.values()].some(({ metBadDisk }) => metBadDisk);
  return [
    ...names(homeFiles.run)
      .filter((name) => name !== 'boot' && name !== 'boot.new')
      // A run folder stays while its job has processes.
      .filter((name) => !ledger.mayLeaveProcesses(name.split('.')[0] ?? ''))
      .map((name) => `run/${name} was not deleted.`),
    ...names(homeFiles.logs)
      .filter((id) => !jobs.has(id) && !ledger.loss?.jobs.has(id))
      .map((id) => `logs/${id} was not deleted.`),
    ...(badDisk ? [] : names(homeFiles.spool).map((name) => `spool/${name} was not deleted.`)),
  ];
}

/** Processes of the round that nothing supervises any more. */
async function leftoverProcesses(mark: string, ledger: Ledger): Promise<string[]> {
  const find = () => [...ofEnvironment(), ...asleep()];
  const asleep = () =>
    [...ledger.entries.values()].flatMap((entry) =>
      ledger.mayLeaveProcesses(entry.id ?? '')
        ? []
        : processesOf(entry).map((pid) => `Process ${pid} of ${entry.planned.label} (job ${entry.id}) still sleeps.`),
    );
  const ofEnvironment = () =>
    processIds().flatMap((pid) => {
      const env = environmentOf(pid);
      const jobId = env.find((entry) => entry.startsWith('JOBDECK_JOB_ID='))?.slice('JOBDECK_JOB_ID='.length);
      if (!env.includes(`JOBDECK_TORTURE=${mark}`) || isZombie(pid) || ledger.mayLeaveProcesses(jobId ?? '')) return [];
      return [`Process ${pid} of job ${jobId} is still running.`];
    });
  // Processes that were killed last may still be exiting.
  for (let look = 0; look < 20 && find().length > 0; look += 1) await pause(100);
  return find();
}

function killMarked(mark: string): void {
  for (const pid of processIds()) {
    const env = environmentOf(pid);
    if (!env.includes(`JOBDECK_TORTURE=${mark}`) && !env.includes(`JOBDECK_TORTURE_DAEMON=${mark}`)) continue;
    kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has already exited.
  }
}

function loggedErrorsIn(file: string): Map<string, number> {
  const loggedErrors = new Map<string, number>();
  if (!existsSync(file)) return loggedErrors;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const entry = parseLine(line);
    if (entry?.level !== 'error') continue;
    const text = [entry.message, entry.error?.code, entry.error?.message].filter(Boolean).join(' ');
    const general = text.replace(/[\w-]{16,}/g, '…').replace(/jobdeck-torture-\w+/g, '…');
    loggedErrors.set(general, (loggedErrors.get(general) ?? 0) + 1);
  }
  return loggedErrors;
}

interface LogLine {
  level?: string;
  message?: string;
  error?: { code?: string; message?: string };
}

/** Null for a line that was truncated by a full disk. */
function parseLine(line: string): LogLine | null {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return null;
  }
}
