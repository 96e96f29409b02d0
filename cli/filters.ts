/** The filters of `ls`, which commands on many jobs share. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { JobFilter } from '../shared/bulk.ts';
import type { DaemonClient } from '../shared/client/http.ts';
import { JobdeckError } from '../shared/errors.ts';
import { checkName, groupId, type NameKind } from './knownNames.ts';
import type { Session } from './session.ts';
import { currentFolder } from './submitting/caller.ts';
import { collect } from './submitting/options.ts';
import { filterTimeOf } from './values/times.ts';

/** Filters that take one name each. */
type Names = Partial<Record<'type' | 'engine' | 'queue' | 'connection' | 'workspace', string>> & { tag?: string[] };

export interface FilterOptions extends Omit<JobFilter, 'q' | 'parent' | keyof Names>, Names {
  failed?: boolean;
  text?: string;
  group?: string;
}

export function withFilters(verb: Command): Command {
  return verb
    .optionsGroup('Filters:')
    .option(
      '-s, --status <statuses>',
      'Statuses: pending, waiting, held, running, paused, completed, failed, cancelled, lost',
    )
    .addOption(new Option('--failed', 'Failed and lost jobs').conflicts('status'))
    .option('--type <type>', 'Type')
    .option('--tag <tag>', 'Tag; any of several (repeatable)', collect)
    .option('--queue <queue>', 'Queue')
    .option('--priority <priorities>', 'Priorities: low, normal, high, urgent')
    .option('--trigger <triggers>', 'Triggers: manual, scheduled, backfill, reported')
    .option('--engine <engine>', 'Engine, such as local, celery or inngest')
    .option('--connection <name>', 'Connection to an engine')
    .option('--group <group>', 'Group, by ID or name')
    .option('--schedule <name>', 'Schedule')
    .option('--workspace <folder>', 'Folder the jobs were submitted from')
    .option('--created-by <name>', 'Submitter')
    .option('--since <time>', 'Created at or after: 2026-03-01, “2 days ago”, 30d, “last friday”')
    .option('--until <time>', 'Created before or at; a day is included')
    .option('--text <words>', 'Words in title, command, message or error');
}

/**
 * The filter for the options. The daemon reports invalid values.
 * @throws JobdeckError for a queue, engine, connection, group or schedule that doesn’t exist
 */
export async function filterOf(session: Session, options: FilterOptions): Promise<JobFilter> {
  const now = Date.now();
  const { failed, status, type, tag, queue, priority, trigger, engine, connection } = options;
  const { group, schedule, workspace, createdBy, text } = options;
  for (const [kind, name] of Object.entries({ queue, engine, connection })) {
    if (name !== undefined) await session.persistently((client) => checkName(client, kind as NameKind, name));
  }
  return {
    status: failed ? 'failed,lost' : status,
    type,
    tag,
    queue,
    priority,
    trigger,
    engine,
    connection,
    parent: group && (await session.persistently((client) => groupId(client, group))),
    schedule: schedule && (await session.persistently((client) => scheduleId(client, schedule))),
    // Workspaces are absolute paths, and a shell doesn't expand “.”.
    workspace: workspace === undefined ? undefined : resolve(currentFolder(workspace), workspace),
    createdBy,
    since: await filterTimeOf('--since', options.since, now),
    until: await filterTimeOf('--until', options.until, now),
    q: text,
  };
}

/** Whether any job is excluded. */
export function isFiltering(filter: JobFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

/** The ID of a schedule. A removed schedule is known only by its ID. */
async function scheduleId(client: DaemonClient, ref: string): Promise<string> {
  try {
    return (await client.schedule(ref)).id;
  } catch (error) {
    const isGone = error instanceof JobdeckError && error.code === 'SCHEDULE_NOT_FOUND';
    if (isGone && /^[0-9a-z]{10}$/.test(ref)) return ref;
    throw error;
  }
}
