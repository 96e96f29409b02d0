/** How a connection stands, in the words of the wire. */
import { JobdeckError } from '../../../../shared/errors.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { ConnectionStatus } from '../../remote.ts';
import { InngestError } from '../http/errors.ts';
import type { Run } from '../runs/run.ts';
import { type App, queuesOf, workersOf } from './apps.ts';

export interface FollowState {
  version: string | null;
  notes: string[];
  confirmedAt: number | null;
  apps: App[];
  open: ReadonlyMap<string, Run>;
  /** What went wrong; null when it goes well, undefined before the first response. */
  error: unknown;
}

export function connectionStatusOf({ version, notes, confirmedAt, apps, open, error }: FollowState): ConnectionStatus {
  const common = {
    version,
    notes: notes.map(plainMessage),
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
    error instanceof JobdeckError
      ? error.toBody()
      : { code: 'CONNECTION_FAILED', message: 'What the server answered could not be read.', hint: null };
  // What it ran cannot be known now: its counts would be read as of this moment.
  const workers = common.workers.map((worker) => ({ ...worker, active: null }));
  return { ...common, workers, state: refused ? 'refused' : 'unreachable', problem };
}
