/** Facts about remote jobs. */
import { connectionState, engineName, isOutOfSight } from '../../../shared/connectionWords.ts';
import type { JobDetail } from '../../../shared/job.ts';
import type { PanelRemote, SnapshotMessage } from '../../../shared/panel.ts';
import { strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import { button, code, type Fact, fact } from './facts.ts';

/** Engine, connection, worker, remote ID and source as of `now` (ms); empty for local jobs. */
export function remoteFacts(remote: PanelRemote | null, job: JobDetail, now: number): Fact[] {
  if (job.connection === null) return [];
  const state = remote?.connection ?? null;
  const connection = state === null ? job.connection : `${job.connection} · ${connectionState(state, now, t)}`;
  return [
    ...fact(strings.engine, engineName(job.engine)),
    ...fact(strings.connection, connection),
    ...code(strings.worker, job.worker),
    ...code(strings.externalId, job.externalId, button('copyExternalId', strings.copyExternalId, 'copy')),
    ...code(strings.source, remote?.source ?? null, button('openTaskSource', strings.openTaskSource, 'go-to-file')),
  ];
}

/** When the state of the job was last known (ms), if it is currently unknown; null otherwise. */
export function unseenSince({ remote }: Pick<SnapshotMessage, 'remote'>, job: JobDetail): number | null {
  const connection = remote?.connection ?? null;
  if (connection === null || !isOutOfSight(job, connection)) return null;
  return Date.parse(connection.confirmedAt ?? connection.since);
}
