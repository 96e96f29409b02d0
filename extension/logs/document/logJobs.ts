/** Facts about the jobs of logs, including jobs too old for the tree. */
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

  /** Working directory of a job, or null if not known. */
  async cwd(jobId: string): Promise<string | null> {
    return this.#model.get(jobId)?.cwd ?? (await this.detail(jobId))?.cwd ?? null;
  }

  /** The job from the daemon. Null if it was removed or the daemon is not available. */
  async detail(jobId: string): Promise<JobDetail | null> {
    try {
      return await (await this.#access.client()).get(jobId);
    } catch (thrown) {
      if (toJobdeckError(thrown).code === 'INTERNAL') throw thrown;
      return null;
    }
  }
}
