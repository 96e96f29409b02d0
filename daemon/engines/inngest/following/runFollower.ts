/**
 * Follows the runs of a server by polling its lists, because there is no feed of changes. Differences from the previous
 * poll are reported. Finished runs are kept only while the next list may contain them again.
 */
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import type { Fact, OpenJob, RemoteReports } from '../../remote.ts';
import { forEachConcurrently } from '../http/forEachConcurrently.ts';
import type { InngestApi } from '../http/inngestApi.ts';
import type { ServerClock } from '../http/serverClock.ts';
import { fetchOutput, findRun } from '../runs/findRun.ts';
import { actionLimits, hasEnded, pathOf, type Run, statusOf, toFact } from '../runs/run.ts';
import { eachPage, type RunLists } from '../runs/runLists.ts';
import { type FunctionLimits, waitFromLimits } from '../runs/waitReason.ts';

export interface RunFollowerDeps {
  api: InngestApi;
  clock: ServerClock;
  lists: RunLists;
  reports: Pick<RemoteReports, 'take' | 'open'>;
  /** By `app/function`. */
  functionLimits(path: string): FunctionLimits | undefined;
}

/** Pages of 100 runs per poll. The rest follow in the next poll. */
const maxPages = 20;
/** Lists may lag, so each poll overlaps the previous one. In milliseconds. */
const overlapMs = 60_000;
/** Maximum age of unfinished runs. */
const oldestOpenMs = 31 * 86_400_000;
/** Maximum delay between lookups of a run that is in no list, in milliseconds. */
const maxRetryMs = 30_000;
/** How long a new run may be missing from the server's responses, in milliseconds. */
const graceMs = 30_000;

export class RunFollower {
  readonly #deps: RunFollowerDeps;
  /** By run, the state that was last reported. */
  #signatures = new Map<string, string>();
  #open = new Map<string, Run>();
  /** Wait reasons that are not in the lists, with local times. */
  readonly #waits = new Map<string, NonNullable<Fact['wait']>>();
  /** Unfinished runs that are in no list: number of lookups, and time of the next one. */
  readonly #missing = new Map<string, { lookups: number; due: number }>();
  /** The next poll reads runs queued since this time, by the server's clock. */
  #from = 0;
  /** Whether there are more unfinished runs than are followed. */
  truncated = false;

  constructor(deps: RunFollowerDeps) {
    this.#deps = deps;
  }

  /** Unfinished runs as of the latest poll. */
  get open(): ReadonlyMap<string, Run> {
    return this.#open;
  }

  /** Reads all recent runs, newest first, and looks up stored unfinished jobs that are in no list. */
  async readAll(lookBackMs: number): Promise<void> {
    const { clock, lists, reports } = this.#deps;
    const startedAt = clock.toServer(clock.now());
    const from = startedAt - lookBackMs;
    const rows = new Map<string, Run>();
    let running: RunningCounts = new Map();
    const writes: Promise<void>[] = [];
    const report = (runs: Run[]) => {
      if (runs.length === 0) return;
      const write = reports.take(runs.map((run) => this.#toFact(run, running)));
      // Awaited at the end, unless something else fails first.
      write.catch(() => undefined);
      writes.push(write);
    };
    const failed: Run[] = [];
    const errors = new Map<string, unknown>();
    const openRuns = this.#listOpen(startedAt);
    const failures =
      lists.kind === 'graphql'
        ? null
        : eachPage(lists, { from, order: 'DESC', statuses: ['FAILED'], withOutput: true }, maxPages, (runs) => {
            for (const run of runs) errors.set(run.id, run.output);
          });
    const listed = eachPage(lists, { from, order: 'DESC' }, maxPages, (runs) => {
      for (const run of runs) rows.set(run.id, run);
      const ended = runs.filter(hasEnded);
      failed.push(...ended.filter((run) => statusOf(run) === 'failed'));
      // Reported immediately, so that the newest are shown before the oldest are read. Failed runs wait for their errors.
      report(ended.filter((run) => statusOf(run) !== 'failed'));
    });
    const [open] = await Promise.all([openRuns, listed, failures]);
    for (const [id, run] of open) if (!rows.has(id) || !hasEnded(rows.get(id) ?? run)) rows.set(id, run);
    const rest = [...rows.values()].filter((run) => !hasEnded(run));
    rest.push(...failed.map((run) => ({ ...run, output: errors.get(run.id) })));
    running = countRunning(rows);
    report(rest);
    await Promise.all(writes);
    this.#remember(rows, startedAt - overlapMs);
    await this.checkMissing();
  }

  /** Reads new and unfinished runs. Returns how many have changed. */
  async poll(): Promise<number> {
    const { clock, lists, reports } = this.#deps;
    const startedAt = clock.toServer(clock.now());
    const rows = new Map<string, Run>();
    const [open, recent] = await Promise.all([
      this.#listOpen(startedAt),
      eachPage(lists, { from: this.#from, order: 'ASC' }, maxPages, (runs) => {
        for (const run of runs) rows.set(run.id, run);
      }),
    ]);
    const last = [...rows.values()].at(-1)?.queuedAt ?? null;
    // The lists are read at the same time. If they differ about a run, the finished state is the later one.
    for (const [id, run] of open) if (!hasEnded(rows.get(id) ?? run)) rows.set(id, run);
    const gone = [...this.#open.values()].filter(({ id }) => !rows.has(id));
    for (const id of this.#missing.keys()) if (!this.#open.has(id) || rows.has(id)) this.#missing.delete(id);
    for (const run of await this.#findMissing(gone)) rows.set(run.id, run);
    const running = countRunning(rows);
    const changed = [...rows.values()].filter((run) => this.#signatures.get(run.id) !== this.#signature(run, running));
    await this.#addErrors(changed);
    if (changed.length > 0) await reports.take(changed.map((run) => this.#toFact(run, running)));
    this.#remember(rows, recent.more && last !== null ? last : startedAt - overlapMs);
    return changed.length;
  }

  /** Looks up stored unfinished jobs that the server's lists don't contain. */
  async checkMissing(): Promise<void> {
    const { reports } = this.#deps;
    let after: string | undefined;
    for (;;) {
      const jobs = reports.open(500, after);
      await forEachConcurrently(
        jobs.filter(({ externalId }) => externalId !== '' && !this.#open.has(externalId)),
        8,
        (job) => this.#findJob(job),
      );
      after = jobs.at(-1)?.jobId;
      if (jobs.length < 500) break;
    }
  }

  /** Sets the wait reason of a run that sleeps or starts later; null if it doesn't. */
  setWait(id: string, wait: Fact['wait'] | null): void {
    if (!wait?.until) this.#waits.delete(id);
    else if (this.#waits.size < 1_000) this.#waits.set(id, wait);
  }

  #toFact(run: Run, running: RunningCounts): Fact {
    const { clock } = this.#deps;
    return toFact(run, {
      at: clock.now(),
      toLocal: (remote) => clock.toLocal(remote),
      wait: this.#wait(run, running),
      // Single-run responses don't include what started the run.
      ...(run.function === null ? {} : { limits: actionLimits(run) }),
    });
  }

  #wait(run: Run, running: RunningCounts): Fact['wait'] {
    if (hasEnded(run)) return undefined;
    const known = this.#waits.get(run.id);
    if (known?.until && known.until > this.#deps.clock.now()) return known;
    if (statusOf(run) !== 'waiting') return undefined;
    const path = pathOf(run) ?? '';
    return waitFromLimits(run.status, this.#deps.functionLimits(path), running.get(path) ?? 0);
  }

  #signature(run: Run, running: RunningCounts): string {
    const wait = this.#wait(run, running);
    return JSON.stringify([statusOf(run), run.startedAt, run.endedAt, wait]);
  }

  async #listOpen(now: number): Promise<Map<string, Run>> {
    const open = new Map<string, Run>();
    const query = { from: now - oldestOpenMs, order: 'DESC', statuses: ['QUEUED', 'RUNNING'] } as const;
    const { more } = await eachPage(this.#deps.lists, { ...query, statuses: [...query.statuses] }, maxPages, (runs) => {
      for (const run of runs) open.set(run.id, run);
    });
    this.truncated = more;
    return open;
  }

  #remember(rows: Map<string, Run>, from: number): void {
    const { clock } = this.#deps;
    const running = countRunning(rows);
    this.#signatures = new Map([...rows.values()].map((run) => [run.id, this.#signature(run, running)]));
    this.#open = new Map([...rows].filter(([, run]) => !hasEnded(run)));
    this.#from = from;
    const now = clock.now();
    for (const [id, { until }] of this.#waits) if (until === null || until <= now) this.#waits.delete(id);
  }

  /** Looks up runs that left the list of unfinished ones, at most 50. Returns the runs that still exist. */
  async #findMissing(runs: Run[]): Promise<Run[]> {
    const { api, clock, lists, reports } = this.#deps;
    const now = clock.now();
    const due = runs.filter(({ id }) => (this.#missing.get(id)?.due ?? now) <= now).slice(0, 50);
    const remaining = new Map(runs.map((run) => [run.id, run]));
    const lost: Fact[] = [];
    await forEachConcurrently(due, 8, async (run) => {
      const found = await findRun(api, lists.kind, run.id);
      const lookups = (this.#missing.get(run.id)?.lookups ?? 0) + 1;
      this.#missing.set(run.id, { lookups, due: now + Math.min(maxRetryMs, 200 * 2 ** Math.min(lookups, 10)) });
      if (found === 'unknown') {
        remaining.delete(run.id);
        lost.push(lostFact(run.id, clock.now()));
      } else if (found !== 'unclear') remaining.set(run.id, mergeRun(run, found.run));
    });
    if (lost.length > 0) await reports.take(lost);
    return [...remaining.values()];
  }

  async #findJob({ externalId, status, queuedAt }: OpenJob): Promise<void> {
    const { api, clock, lists, reports } = this.#deps;
    const found = await findRun(api, lists.kind, externalId);
    if (found === 'unclear') return;
    if (found === 'unknown') {
      const isNew = clock.now() - queuedAt < graceMs;
      if (status !== 'lost' && !isNew) await reports.take([lostFact(externalId, clock.now())]);
      return;
    }
    const rows = [found.run];
    await this.#addErrors(rows);
    await reports.take(rows.map((run) => this.#toFact(run, countRunning(this.#open))));
  }

  /** Adds errors, which lists don't contain. If many runs fail at once, the rest show their errors when viewed. */
  async #addErrors(runs: Run[]): Promise<void> {
    if (this.#deps.lists.kind === 'graphql') return;
    const failed = runs.filter((run) => statusOf(run) === 'failed' && run.output === undefined).slice(0, 20);
    await forEachConcurrently(failed, 5, async (run) => {
      run.output = await fetchOutput(this.#deps.api, run.id);
    });
  }
}

/** Number of running runs by function. */
type RunningCounts = ReadonlyMap<string, number>;

function countRunning(rows: ReadonlyMap<string, Run>): RunningCounts {
  const counts = new Map<string, number>();
  for (const run of rows.values()) {
    const path = statusOf(run) === 'running' ? pathOf(run) : null;
    if (path !== null) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}

/** The known run with the state that was found. */
const mergeRun = (known: Run, found: Run): Run => ({
  ...known,
  status: found.status,
  endedAt: found.endedAt,
  startedAt: known.startedAt ?? found.startedAt,
});

const lostFact = (externalId: string, at: number): Fact => ({
  externalId,
  source: 'probe',
  at,
  status: 'lost',
  error: { ...inngestProblem.problem('ENDING_NOT_SEEN/run'), details: null },
});
