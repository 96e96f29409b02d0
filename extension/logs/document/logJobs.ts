/** What logs need to know of the jobs that wrote them, also of those too old for the tree. */
import type { JobDetail } from '../../../shared/job.ts';
import type { DaemonAccess } from '../../daemon/access.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import type { JobsModel } from '../../daemon/jobsModel.ts';

export class LogJobs {
  readonly #access: DaemonAccess;
  readonly #model: JobsModel;

  constructor(access: DaemonAccess, model: JobsModel) {
    this.#access = access;
    this.#model = model;
  }

  /** The folder a job ran in; null when nobody knows. */
  async cwd(jobId: string): Promise<string | null> {
    return this.#model.get(jobId)?.cwd ?? (await this.detail(jobId))?.cwd ?? null;
  }

  /** The job as the daemon has it; null when it has it no longer, or is not there itself. */
  async detail(jobId: string): Promise<JobDetail | null> {
    try {
      return await (await this.#access.client()).get(jobId);
    } catch (thrown) {
      if (toJobdeckError(thrown).code === 'INTERNAL') throw thrown;
      return null;
    }
  }
}
