/** Reads the schedules and the jobs of their last runs for the Schedules view. */
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Job } from '../../shared/job.ts';
import type { Schedule, ScheduleRun } from '../../shared/schedule.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';

/** Number of runs shown per schedule. */
const shownRuns = 10;

export interface ShownRun {
  readonly run: ScheduleRun;
  /** The job it started. Undefined if it was removed. */
  readonly job: Job | undefined;
}

type Client = Pick<DaemonClient, 'schedules' | 'schedule' | 'get' | 'list'>;

export class ScheduleReader {
  readonly #model: Pick<JobsModel, 'get'>;
  /** Last jobs that are too old for the model. If they change, they return to the model. Null: removed. */
  #old = new Map<string, Job | null>();

  constructor(model: Pick<JobsModel, 'get'>) {
    this.#model = model;
  }

  /** All schedules, by name. */
  async schedules(client: Client): Promise<Schedule[]> {
    const schedules = await client.schedules();
    const ids = schedules.flatMap(({ lastRun }) => startedJob(lastRun) ?? []);
    const old = await Promise.all(
      ids
        .filter((id) => this.#model.get(id) === undefined)
        .map(async (id) => [id, this.#old.get(id) ?? (await find(client, id))] as const),
    );
    this.#old = new Map(old);
    return schedules;
  }

  /** The job that the last run started. Undefined if it started none, or if it was removed. */
  lastJob({ lastRun }: Schedule): Job | undefined {
    const id = startedJob(lastRun);
    return id === null ? undefined : (this.#model.get(id) ?? this.#old.get(id) ?? undefined);
  }

  /** The latest runs of a schedule, newest first. */
  async runs(client: Client, id: string): Promise<ShownRun[]> {
    const [detail, { jobs }] = await Promise.all([client.schedule(id), client.list({ schedule: id, limit: 50 })]);
    const known = new Map(jobs.map((job) => [job.id, job]));
    return detail.runs.slice(0, shownRuns).map((run) => {
      const started = startedJob(run);
      return { run, job: started === null ? undefined : (this.#model.get(started) ?? known.get(started)) };
    });
  }
}

function startedJob(run: ScheduleRun | null): string | null {
  return run?.outcome === 'started' ? run.jobId : null;
}

async function find(client: Client, id: string): Promise<Job | null> {
  try {
    return await client.get(id);
  } catch (error) {
    if (toJobdeckError(error).code === 'JOB_NOT_FOUND') return null;
    throw error;
  }
}
