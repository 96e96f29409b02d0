/** How a connection stands, in the words of the wire. */
import { JobdeckError } from '../../../../shared/errors.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { Standing } from '../../remote.ts';
import { InngestError } from '../http/errors.ts';
import type { Run } from '../runs/run.ts';
import { type App, queuesOf, workersOf } from './apps.ts';

export interface Situation {
  version: string | null;
  notes: string[];
  confirmedAt: number | null;
  apps: App[];
  open: ReadonlyMap<string, Run>;
  /** What went wrong; null when it goes well, undefined before the first answer. */
  trouble: unknown;
}

export function standingOf({ version, notes, confirmedAt, apps, open, trouble }: Situation): Standing {
  const told = {
    version,
    notes: notes.map(plainMessage),
    confirmedAt,
    queues: queuesOf(open.values()),
    workers: workersOf(apps, open.values()),
  };
  if (trouble === undefined) return { ...told, state: 'connecting', problem: null };
  if (trouble === null) return { ...told, state: 'connected', problem: null };
  if (trouble instanceof InngestError && trouble.trouble === 'busy') {
    return {
      ...told,
      state: confirmedAt === null ? 'connecting' : 'connected',
      problem: trouble.toBody(),
    };
  }
  const refused =
    (trouble instanceof InngestError && trouble.trouble === 'refused') ||
    (trouble instanceof JobdeckError && trouble.code === 'CONNECTION_INVALID');
  const problem =
    trouble instanceof JobdeckError
      ? trouble.toBody()
      : { code: 'CONNECTION_FAILED', message: 'What the server answered could not be read.', hint: null };
  // What it ran cannot be known now: its counts would be read as of this moment.
  const workers = told.workers.map((worker) => ({ ...worker, active: null }));
  return { ...told, workers, state: refused ? 'refused' : 'unreachable', problem };
}
