/** How a connection stands, in the words of the wire. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { Standing } from '../remote.ts';
import { type App, queuesOf, workersOf } from './apps.ts';
import { InngestError } from './errors.ts';
import type { Run } from './runs.ts';

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
    notes,
    confirmedAt,
    queues: queuesOf(open.values()),
    workers: workersOf(apps, open.values()),
  };
  if (trouble === undefined) return { ...told, state: 'connecting', message: null, hint: null };
  if (trouble === null) return { ...told, state: 'connected', message: null, hint: null };
  if (trouble instanceof InngestError && trouble.trouble === 'busy') {
    return {
      ...told,
      state: confirmedAt === null ? 'connecting' : 'connected',
      message: trouble.message,
      hint: trouble.hint,
    };
  }
  const refused =
    (trouble instanceof InngestError && trouble.trouble === 'refused') ||
    (trouble instanceof JobdeckError && trouble.code === 'CONNECTION_INVALID');
  const message = trouble instanceof JobdeckError ? trouble.message : 'What the server answered could not be read.';
  const hint = trouble instanceof JobdeckError ? trouble.hint : null;
  // What it ran cannot be known now: its counts would be read as of this moment.
  const workers = told.workers.map((worker) => ({ ...worker, active: null }));
  return { ...told, workers, state: refused ? 'refused' : 'unreachable', message, hint };
}
