/** What commands work with. */
import type { DaemonConnection } from '../daemon/connection.ts';
import type { DefinitionFiles } from '../definitions/definitionFiles.ts';
import type { Tools } from '../definitions/loadTools.ts';
import type { TaskSources } from '../engines/source/taskSources.ts';
import type { JobsModel } from '../jobsModel.ts';
import type { LogProblems } from '../logs/logProblems.ts';
import type { LogViews } from '../logs/logViews.ts';
import type { QueuesView } from '../queues/queuesView.ts';
import type { SchedulesView } from '../schedules/schedulesView.ts';
import type { ScriptsSource } from '../scripts/scriptsSource.ts';
import type { Failures } from '../statusBar/failures.ts';
import type { Translate } from '../text.ts';
import type { JobsView } from '../tree/jobsView.ts';

export interface CommandDeps {
  readonly model: JobsModel;
  readonly connection: DaemonConnection;
  readonly view: JobsView;
  readonly logs: LogViews;
  readonly problems: LogProblems;
  readonly failures: Failures;
  readonly scripts: ScriptsSource;
  readonly definitions: DefinitionFiles;
  readonly schedules: SchedulesView;
  readonly queues: QueuesView;
  readonly sources: TaskSources;
  readonly t: Translate;
  /** The daemon's home. */
  readonly home: string;
  /** What reads and writes definitions. */
  tools(): Tools;
  showDetails(jobId: string): void;
  showStatistics(): void;
  /** Whether somebody who starts a job is to be shown its log. */
  opensLogOnStart(jobId: string): boolean;
  /** Says something in passing. */
  tell(sentence: string): void;
  /** Shows the extension's own log. */
  showOwnLog(): void;
}
