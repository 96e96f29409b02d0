/** Builds the status of a connection. */
import { JobdeckError } from '../../../../shared/errors.ts';
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import type { ConnectionStatus } from '../../remote.ts';
import { InngestError } from '../http/errors.ts';
import type { Run } from '../runs/run.ts';
import { type App, queuesOf, workersOf } from './apps.ts';

export interface FollowState {
  version: string | null;
  notes: Message[];
  confirmedAt: number | null;
  apps: App[];
  open: ReadonlyMap<string, Run>;
  /** Of the latest poll; null if it succeeded, undefined before the first response. */
  error: unknown;
}

export function connectionStatusOf({ version, notes, confirmedAt, apps, open, error }: FollowState): ConnectionStatus {
  const common = {
    version,
    notes,
    confirmedAt,
    queues: queuesOf(open.values()),
    workers: workersOf(apps, open.values()),
  };
  if (error === undefined) return { ...common, state: 'connecting', problem: null };
  if (error === null) return { ...common, state: 'connected', problem: null };
  if (error instanceof InngestError && error.kind === 'rateLimited') {
    return {
      ...common,
      state: confirmedAt === null ? 'connecting' : 'connected',
      problem: error.toBody(),
    };
  }
  const refused =
    (error instanceof InngestError && error.kind === 'unauthorized') ||
    (error instanceof JobdeckError && error.code === 'CONNECTION_INVALID');
  const problem =
    error instanceof JobdeckError ? error.toBody() : inngestProblem.problem('CONNECTION_FAILED/unreadableResponse');
  // The current number of running jobs is unknown.
  const workers = common.workers.map((worker) => ({ ...worker, active: null }));
  return { ...common, workers, state: refused ? 'refused' : 'unreachable', problem };
}
