/** All reads, by table. */
import type { Statements } from './statements.ts';
import { AttemptRows } from './tables/attempts.ts';
import { DefinitionRows } from './tables/definitions.ts';
import { DependencyRows } from './tables/dependencies.ts';
import { EventRows } from './tables/events.ts';
import { GroupRows } from './tables/groups.ts';
import { JobRows } from './tables/jobs.ts';
import { QueueRows } from './tables/queues.ts';
import { RemoteRows } from './tables/remote.ts';
import { ReportRows } from './tables/reports.ts';
import { RetentionRows } from './tables/retention.ts';
import { ScheduleRows } from './tables/schedules.ts';

/** The reads that queries and writes use. */
export interface Reads {
  readonly jobs: JobRows;
  readonly attempts: AttemptRows;
  readonly events: EventRows;
  readonly dependencies: DependencyRows;
  readonly groups: GroupRows;
  readonly queues: QueueRows;
  readonly schedules: ScheduleRows;
  readonly reports: ReportRows;
  readonly remote: RemoteRows;
  readonly retention: RetentionRows;
  readonly definitions: DefinitionRows;
}

export function readsOf(sql: Statements): Reads {
  return {
    jobs: new JobRows(sql),
    attempts: new AttemptRows(sql),
    events: new EventRows(sql),
    dependencies: new DependencyRows(sql),
    groups: new GroupRows(sql),
    queues: new QueueRows(sql),
    schedules: new ScheduleRows(sql),
    reports: new ReportRows(sql),
    remote: new RemoteRows(sql),
    retention: new RetentionRows(sql),
    definitions: new DefinitionRows(sql),
  };
}
