/** Dependencies of commands, in slices. Each command declares only those it needs. */
import type { Job, JobDetail } from '../../shared/job.ts';
import type { Translate } from '../base/text.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import type { Target } from './targets.ts';

/** For requests to the daemon. */
export interface RequestDeps {
  readonly connection: Pick<DaemonAccess, 'client'>;
}

/** For messages to the user. */
export interface MessageDeps {
  readonly t: Translate;
  /** Shows an information message without waiting for the user. */
  showMessage(text: string): void;
}

/** For choosing the jobs that a command applies to. */
export interface ChooseDeps extends RequestDeps, MessageDeps {
  readonly model: Pick<JobsModel, 'loaded' | 'all'>;
  /** The jobs view. */
  readonly view: {
    /** IDs of the selected jobs. */
    selection(): readonly string[];
    /** The IDs that a key applies to: the focused row, or all selected rows if it is one of them. */
    focusedJobs(): Promise<readonly string[]>;
    /** Whether the view is visible. Rows that are selected in a hidden view are not meant. */
    readonly isVisible: boolean;
    /** When jobs were last selected, in the time of `performance.now()`. */
    readonly selectedAt: number;
    /** Whether rows are being redrawn, and are not known to the editor at the moment. */
    isRedrawing?(): boolean;
    /** A job that the window knows, including jobs too old for the model. */
    job(id: string): Job | undefined;
  };
  /** The page or log that is the active editor. */
  readonly inFront: {
    job(): Target | null;
    readonly since: number;
  };
}

/** For showing a job that the user has just started. */
export interface StartDeps {
  /** Opens the page or the log of the job, or nothing, as the settings say. The focus stays where it is. */
  showStarted(job: JobDetail): void;
}

/** For showing a job's page. */
export interface DetailDeps {
  showDetails(jobId: string): void;
}
