/** What the local engine needs. */
import type { Clock } from '../../clock.ts';
import type { AttemptLogs } from '../../logs/files.ts';
import type { EngineReports, ProgressReports } from '../engine.ts';
import type { LaunchDeps } from './launching/launch.ts';
import type { Cgroups } from './processes/cgroups.ts';

export interface LocalEngineDeps extends LaunchDeps {
  /** Contains one folder for each launch whose end is not committed yet. */
  runDir: string;
  logs: AttemptLogs;
  reports: EngineReports;
  /** Receives the progress found in the output. Without it, the output is not searched for progress. */
  progress?: ProgressReports;
  clock: Clock;
  /** Time between SIGTERM and SIGKILL. */
  graceMs: number;
  /** Null for jobs without cgroups; by default, they get cgroups where the user may create them. */
  cgroups?: Cgroups | null;
  /** Logs a problem that is not a job's own failure to `daemon.log`. */
  onProblem(error: unknown, about: string): void;
}
