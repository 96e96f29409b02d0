/**
 * Follows the runs of a server by its lists. There is no feed of changes: what differs from the round before is told.
 * Of ended runs nothing is kept but what the next list may hold again.
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
  /** Of a function by its `app/function`. */
  functionLimits(path: string): FunctionLimits | undefined;
}

/** Pages of a hundred in one round. What is beyond follows in the next. */
const maxPages = 20;
/** A list may be a little behind: each begins before the end of the one before. In milliseconds. */
const overlapMs = 60_000;
/** As old as anything is looked for that has not ended. */
const oldestOpenMs = 31 * 86_400_000;
/** The longest between two looks for a run that no list has, and of which nothing is to be learned. In milliseconds. */
const maxRetryMs = 30_000;
/** How long a run that was just started may be missing in the server's answers. */
const graceMs = 30_000;

export class RunFollower {
  readonly #deps: RunFollowerDeps;
  /** Of the latest round: what was told of each run. */
  #signatures = new Map<string, string>();
  #open = new Map<string, Run>();
  /** What runs wait for by more than the lists tell, with a time by this machine's clock. */
  readonly #waits = new Map<string, NonNullable<Fact['wait']>>();
  /** Open runs that no list has: how often each was looked for, and when it is again. */
  readonly #missing = new Map<string, { times: number; due: number }>();
  /** Queued since then, by the server's clock, is what the next round reads. */
  #from = 0;
  /** Whether there are more open runs than are followed. */
  truncated = false;

  constructor(deps: RunFollowerDeps) {
    this.#deps = deps;
  }

  /** Runs that have not ended, by the latest round. */
  get open(): ReadonlyMap<string, Run> {
    return this.#open;
  }

  /** Reads all there is of the last hours, the newest first, and looks up what is open here but in no list. */
  async readAll(lookBackMs: number): Promise<void> {
    const { clock, lists, reports } = this.#deps;
    const begun = clock.toServer(clock.now());
    const from = begun - lookBackMs;
    const rows = new Map<string, Run>();
    let running: RunningCounts = new Map();
    const written: Promise<void>[] = [];
    const write = (runs: Run[]) => {
      if (runs.length === 0) return;
      const taken = reports.take(runs.map((run) => this.#toFact(run, running)));
      // Awaited at the end, unless something else fails first.
      taken.catch(() => undefined);
      written.push(taken);
    };
    const failed: Run[] = [];
    const errors = new Map<string, unknown>();
    const openRuns = this.#listOpen(begun);
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
      const told = ended.filter((run) => statusOf(run) !== 'failed');
      // The newest are seen before the oldest are read.
      write(told);
    });
    const [open] = await Promise.all([openRuns, listed, failures]);
    for (const [id, run] of open) if (!rows.has(id) || !hasEnded(rows.get(id) ?? run)) rows.set(id, run);
    const rest = [...rows.values()].filter((run) => !hasEnded(run));
    rest.push(...failed.map((run) => ({ ...run, output: errors.get(run.id) })));
    running = countRunning(rows);
    write(rest);
    await Promise.all(written);
    this.#remember(rows, begun - overlapMs);
    await this.checkMissing();
  }

  /** Reads what is new and what is open. Returns how many runs changed. */
  async poll(): Promise<number> {
    const { clock, lists, reports } = this.#deps;
    const begun = clock.toServer(clock.now());
    const rows = new Map<string, Run>();
    const [open, recent] = await Promise.all([
      this.#listOpen(begun),
      eachPage(lists, { from: this.#from, order: 'ASC' }, maxPages, (runs) => {
        for (const run of runs) rows.set(run.id, run);
      }),
    ]);
    const last = [...rows.values()].at(-1)?.queuedAt ?? null;
    // Both lists were read at about the same time: of two states of a run the one that ended it is the later one.
    for (const [id, run] of open) if (!hasEnded(rows.get(id) ?? run)) rows.set(id, run);
    const gone = [...this.#open.values()].filter(({ id }) => !rows.has(id));
    for (const id of this.#missing.keys()) if (!this.#open.has(id) || rows.has(id)) this.#missing.delete(id);
    for (const run of await this.#findMissing(gone)) rows.set(run.id, run);
    const running = countRunning(rows);
    const changed = [...rows.values()].filter((run) => this.#signatures.get(run.id) !== this.#signature(run, running));
    await this.#addErrors(changed);
    if (changed.length > 0) await reports.take(changed.map((run) => this.#toFact(run, running)));
    this.#remember(rows, recent.more && last !== null ? last : begun - overlapMs);
    return changed.length;
  }

  /** Looks up what is open here, but not there. */
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

  /** A run was found to sleep, or to start later; null when that is over. */
  setWait(id: string, wait: Fact['wait'] | null): void {
    if (!wait?.until) this.#waits.delete(id);
    else if (this.#waits.size < 1_000) this.#waits.set(id, wait);
  }

  /** All that a run is known by, as a fact. */
  #toFact(run: Run, running: RunningCounts): Fact {
    const { clock } = this.#deps;
    return toFact(run, {
      at: clock.now(),
      toLocal: (remote) => clock.toLocal(remote),
      wait: this.#wait(run, running),
      // Who asks for a single run is not told what started it.
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

  async #listOpen(begun: number): Promise<Map<string, Run>> {
    const open = new Map<string, Run>();
    const query = { from: begun - oldestOpenMs, order: 'DESC', statuses: ['QUEUED', 'RUNNING'] } as const;
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

  /** Runs that left the list of open ones: returns those that go on or have ended, as they are. At most 50 are asked for. */
  async #findMissing(runs: Run[]): Promise<Run[]> {
    const { api, clock, lists, reports } = this.#deps;
    const now = clock.now();
    const due = runs.filter(({ id }) => (this.#missing.get(id)?.due ?? now) <= now).slice(0, 50);
    const left = new Map(runs.map((run) => [run.id, run]));
    const lost: Fact[] = [];
    await forEachConcurrently(due, 8, async (run) => {
      const found = await findRun(api, lists.kind, run.id);
      const times = (this.#missing.get(run.id)?.times ?? 0) + 1;
      this.#missing.set(run.id, { times, due: now + Math.min(maxRetryMs, 200 * 2 ** Math.min(times, 10)) });
      if (found === 'unknown') {
        left.delete(run.id);
        lost.push(lostFact(run.id, clock.now()));
      } else if (found !== 'unclear') left.set(run.id, mergeRun(run, found.run));
    });
    if (lost.length > 0) await reports.take(lost);
    return [...left.values()];
  }

  async #findJob({ externalId, status, queuedAt }: OpenJob): Promise<void> {
    const { api, clock, lists, reports } = this.#deps;
    const found = await findRun(api, lists.kind, externalId);
    if (found === 'unclear') return;
    if (found === 'unknown') {
      const young = clock.now() - queuedAt < graceMs;
      if (status !== 'lost' && !young) await reports.take([lostFact(externalId, clock.now())]);
      return;
    }
    const rows = [found.run];
    await this.#addErrors(rows);
    await reports.take(rows.map((run) => this.#toFact(run, countRunning(this.#open))));
  }

  /** A list has no outputs. Of many that fail at once the rest tells its error when it is looked at. */
  async #addErrors(runs: Run[]): Promise<void> {
    if (this.#deps.lists.kind === 'graphql') return;
    const failed = runs.filter((run) => statusOf(run) === 'failed' && run.output === undefined).slice(0, 20);
    await forEachConcurrently(failed, 5, async (run) => {
      run.output = await fetchOutput(this.#deps.api, run.id);
    });
  }
}

/** Runs that have started, by function. */
type RunningCounts = ReadonlyMap<string, number>;

function countRunning(rows: ReadonlyMap<string, Run>): RunningCounts {
  const counts = new Map<string, number>();
  for (const run of rows.values()) {
    const path = statusOf(run) === 'running' ? pathOf(run) : null;
    if (path !== null) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}

/** What was known of a run, with the state that was found. */
const mergeRun = (known: Run, found: Run): Run => ({
  ...known,
  ...{ status: found.status, endedAt: found.endedAt, startedAt: known.startedAt ?? found.startedAt },
});

const lostFact = (externalId: string, at: number): Fact => ({
  externalId,
  source: 'probe',
  at,
  status: 'lost',
  error: { ...inngestProblem.problem('ENDING_NOT_SEEN/run'), details: null },
});
