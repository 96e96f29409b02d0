/** One round: a fresh home, load and faults side by side, quiet, and a judgement. */
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
import { Driver } from './driver.ts';
import { Faults } from './faults.ts';
import { Follower } from './follower.ts';
import { Ground } from './ground.ts';
import { Keeper } from './keeper.ts';
import { Ledger } from './ledger.ts';
import { Moments } from './moments.ts';
import { movesClock, type Plan } from './plan.ts';
import { environmentOf, isZombie, processIds } from './processes.ts';
import { judgeProofs, meetings, parseProofs } from './proofs.ts';
import { Relay } from './relay.ts';

/** Milliseconds without any news, in quiet, after which what has not ended is stuck. */
const quietMs = 45_000;

export interface Outcome {
  violations: string[];
  kills: number;
  starts: number;
  jobs: number;
  attempts: number;
  reconnects: number;
  faults: Map<string, number>;
  /** What daemon.log has of level error, with how often. */
  complaints: Map<string, number>;
  /** Where what a failed round left is kept. */
  kept: string | null;
}

/** Plays the plan. Whatever happens, nothing of it runs on afterwards. */
export async function playRound(plan: Plan, hasDisk: boolean): Promise<Outcome> {
  const ground = new Ground(hasDisk);
  const violations: string[] = [];
  const violation = (text: string) => void violations.push(text);
  const mark = `${process.pid}.${plan.seed}.${plan.round}`;
  let faults: Faults | null = null;
  const excused = () => faults?.diskFails === true;
  const keeper = new Keeper(ground, { movesClock: movesClock(plan), mark, excused, violation });
  const relay = new Relay(() => readDaemonInfo(ground.home));
  await relay.listen();
  const follower = new Follower(ground.home, relay.port, violation);
  const ledger = new Ledger();
  const over = new AbortController();
  const { signal } = over;
  const forget = atExit(() => killMarked(mark));
  const moments = new Moments(join(ground.home, homeFiles.run));
  const driver = new Driver({ ground, ledger, port: relay.port, mark, follower, moments, signal, violation });
  const round = { ground, keeper, relay, follower, ledger, driver, moments, mark, violation };
  let seen = { jobs: 0, attempts: 0 };
  faults = new Faults(round);
  try {
    keeper.start();
    await keeper.ready();
    moments.watch();
    await Promise.all([driver.run(plan.load), faults.run(plan.faults)]);
    seen = await judge(round);
  } catch (error) {
    violation(`The round broke off: ${(error as Error).stack ?? error}`);
  } finally {
    over.abort();
    moments.close();
    follower.close();
    await keeper.kill();
    await relay.close();
    killMarked(mark);
    forget();
  }
  const complaints = complaintsIn(join(ground.home, homeFiles.log));
  for (const [text] of complaints) if (text.startsWith('The daemon ends because')) violation(text);
  const kept = violations.length > 0 ? ground.keep() : null;
  ground.remove();
  const { reconnects } = follower;
  const { kills, starts } = keeper;
  return { violations, kills, starts, ...seen, reconnects, faults: faults.made, complaints, kept };
}

interface Round {
  ground: Ground;
  keeper: Keeper;
  relay: Relay;
  follower: Follower;
  ledger: Ledger;
  driver: Driver;
  mark: string;
  violation(text: string): void;
}

/** Left alone, everything comes to its end; then all that is known is compared. */
async function judge(round: Round): Promise<{ jobs: number; attempts: number }> {
  const { ground, keeper, follower, ledger, driver, mark, violation } = round;
  await driver.settle();
  // The next daemon collects what programs have left on disk.
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
  const jobs = await everyJob(ground.home);
  await compareViews(round);
  await keeper.terminate();
  const proofs = parseProofs(readFileSync(ground.proofs, 'utf8'));
  const database = join(ground.home, homeFiles.database);
  const insisted = [...ledger.entries.values()].filter(({ planned }) => planned.insists);
  const oneAtATime = [...ledger.entries.values()].filter(({ planned }) => planned.kind === 'oneAtATime');
  const labels = (entries: typeof insisted) => new Set(entries.map(({ planned }) => planned.label));
  for (const text of [
    ...judgeProofs(proofs, labels(insisted)),
    ...meetings(proofs, labels(oneAtATime)),
    ...checkJobs({ home: ground.home, ledger, jobs, proofs }),
    ...checkDatabase(database),
    ...leftFiles(ground.home, jobIds(database), ledger),
    ...(await leftProcesses(mark, ledger)),
  ])
    violation(text);
  const attempts = [...jobs.values()].reduce((sum, job) => sum + job.attempts.length, 0);
  return { jobs: jobs.size, attempts };
}

async function everyJob(home: string): Promise<Map<string, JobDetail>> {
  const info = await readDaemonInfo(home);
  if (info === null) throw new Error('There is no daemon in the quiet.');
  const client = new DaemonClient(info);
  try {
    const jobs = new Map<string, JobDetail>();
    let cursor: string | null | undefined;
    do {
      const page = await client.list({ limit: 500, ...(cursor ? { cursor } : {}) });
      for (const { id } of page.jobs) jobs.set(id, await client.get(id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return jobs;
  } finally {
    client.close();
  }
}

/** A client that lived through it all shows what a fresh one shows. */
async function compareViews({ ground, follower, violation }: Round): Promise<void> {
  const fresh = new Follower(ground.home, null, violation);
  try {
    if (!(await fresh.until(({ rev }) => rev !== null, quietMs))) violation('A fresh client got no snapshot.');
    // Either may be a frame behind.
    const same = () => follower.state.rev === fresh.state.rev && follower.state.epoch === fresh.state.epoch;
    const isSame = (await fresh.until(same, 2_000)) || (await follower.until(same, 10_000));
    if (!isSame) violation(`The client stands at revision ${follower.state.rev}, a fresh one at ${fresh.state.rev}.`);
    else deepStrictEqual(byId(follower), byId(fresh));
  } catch (error) {
    violation(`The client shows something else than a fresh one: ${(error as Error).message}`);
  } finally {
    fresh.close();
  }
}

function byId({ state }: Follower) {
  return [...state.jobs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What is no longer needed is gone: run folders, reports that were delivered, logs of nobody's. */
function leftFiles(home: string, jobs: ReadonlySet<string>, ledger: Ledger): string[] {
  const names = (folder: string) => (existsSync(join(home, folder)) ? readdirSync(join(home, folder)) : []);
  const badDisk = [...ledger.reported.values()].some(({ metBadDisk }) => metBadDisk);
  return [
    ...names(homeFiles.run)
      .filter((name) => name !== 'boot' && name !== 'boot.new')
      .map((name) => `run/${name} is left.`),
    ...names(homeFiles.logs)
      .filter((id) => !jobs.has(id))
      .map((id) => `logs/${id} is left.`),
    ...(badDisk ? [] : names(homeFiles.spool).map((name) => `spool/${name} is left.`)),
  ];
}

/** Processes of the round that nobody looks after any more. */
async function leftProcesses(mark: string, { maimed }: Ledger): Promise<string[]> {
  const find = () =>
    processIds().flatMap((pid) => {
      const env = environmentOf(pid);
      const jobId = env.find((entry) => entry.startsWith('JOBDECK_JOB_ID='))?.slice('JOBDECK_JOB_ID='.length);
      if (!env.includes(`JOBDECK_TORTURE=${mark}`) || isZombie(pid) || maimed.has(jobId ?? '')) return [];
      return [`Process ${pid} of job ${jobId} is left.`];
    });
  // Those that were killed last may still be on their way out.
  for (let look = 0; look < 20 && find().length > 0; look += 1) await pause(100);
  return find();
}

function killMarked(mark: string): void {
  for (const pid of processIds()) {
    const env = environmentOf(pid);
    if (!env.includes(`JOBDECK_TORTURE=${mark}`) && !env.includes(`JOBDECK_TORTURE_DAEMON=${mark}`)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function complaintsIn(file: string): Map<string, number> {
  const complaints = new Map<string, number>();
  if (!existsSync(file)) return complaints;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const said = parseLine(line);
    if (said?.level !== 'error') continue;
    const text = [said.message, said.error?.code, said.error?.message].filter(Boolean).join(' ');
    const general = text.replace(/[\w-]{16,}/g, '…').replace(/jobdeck-torture-\w+/g, '…');
    complaints.set(general, (complaints.get(general) ?? 0) + 1);
  }
  return complaints;
}

interface LogLine {
  level?: string;
  message?: string;
  error?: { code?: string; message?: string };
}

/** A line that a full disk cut short says nothing. */
function parseLine(line: string): LogLine | null {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return null;
  }
}
