/** Rows of engines, connections, workers and remote queues. Pure. */

import type { Connection, RemoteQueue, Worker } from '../../shared/connection.ts';
import { connectionState, engineName, formatMoment } from '../../shared/connectionWords.ts';
import { oneLine, type Translate } from '../base/text.ts';
import type { RowIcon } from '../row/icons.ts';
import type { Row } from '../row/row.ts';

/** One shape per state, so that color is never the only sign. */
const stateIcons: Record<Connection['state'], RowIcon> = {
  connected: { icon: 'plug', color: 'testing.iconPassed' },
  connecting: { icon: 'loading~spin', color: 'charts.blue' },
  unreachable: { icon: 'debug-disconnect', color: 'charts.orange' },
  refused: { icon: 'error', color: 'testing.iconFailed' },
};

const onlineIcon: RowIcon = { icon: 'vm-running', color: 'testing.iconPassed' };
const offlineIcon: RowIcon = { icon: 'vm-outline', color: 'charts.orange' };
const queueIcon: RowIcon = { icon: 'list-ordered', color: 'foreground' };
const unattendedIcon: RowIcon = { icon: 'warning', color: 'charts.yellow' };

/** Number of running jobs of an engine. */
export interface EngineLoad {
  readonly name: string;
  readonly running: number;
}

/** The row above the engines. */
export function renderEngines(engines: readonly EngineLoad[], t: Translate): Row {
  const running = engines.reduce((sum, engine) => sum + engine.running, 0);
  const description = t('{0} running', running);
  const icon: RowIcon = { icon: 'server-environment', color: 'foreground' };
  return {
    label: t('Engines'),
    description,
    icon,
    context: 'engines',
    spoken: [t('Engines'), description].join(', '),
  };
}

/** The row of one engine. */
export function renderEngine({ name, running }: EngineLoad, t: Translate): Row {
  const description = t('{0} running', running);
  const icon: RowIcon = { icon: 'server-process', color: running > 0 ? 'charts.blue' : 'foreground' };
  return { label: name, description, icon, context: 'engine', spoken: [t('Engine {0}', name), description].join(', ') };
}

/** The row of a connection with `running` jobs. */
export function renderConnection(connection: Connection, running: number, now: number, t: Translate): Row {
  const { name, engine, state, readOnly } = connection;
  const description = [
    engineName(engine),
    connectionState(connection, now, t),
    t('{0} running', running),
    ...(readOnly ? [t('read-only')] : []),
  ].join(' · ');
  return {
    label: oneLine(name),
    description,
    icon: stateIcons[state],
    context: connectionTokens(connection).join(' '),
    spoken: [t('Connection {0}', oneLine(name)), description].join(', '),
  };
}

/** Menu tokens of a connection. */
export function connectionTokens({ engine, readOnly }: Pick<Connection, 'engine' | 'readOnly'>): string[] {
  return ['connection', engine, ...(readOnly ? [] : ['writable'])];
}

/** The row of a worker: its load, or since when it is offline. */
export function renderWorker(worker: Worker, now: number, t: Translate): Row {
  const { name, online } = worker;
  const description = online ? working(worker, t) : away(worker, now, t);
  return {
    label: oneLine(name),
    description,
    icon: online ? onlineIcon : offlineIcon,
    context: 'worker',
    spoken: [t('Worker {0}', oneLine(name)), description].join(', '),
  };
}

function working({ active, concurrency, pool }: Worker, t: Translate): string {
  const busy =
    active === null
      ? []
      : concurrency === null
        ? [t('{0} active', active)]
        : [t('{0} of {1} active', active, concurrency)];
  return [t('online'), ...busy, ...(pool === null ? [] : [oneLine(pool, 40)])].join(' · ');
}

function away({ seenAt }: Worker, now: number, t: Translate): string {
  return seenAt === null ? t('offline') : t('offline, last seen {0}', formatMoment(seenAt, now, t));
}

/** The row of a remote queue, with what the engine reports. A queue with waiting jobs and no consumers has a warning. */
export function renderRemoteQueue({ name, waiting, consumers }: RemoteQueue, t: Translate): Row {
  const description = [
    ...(waiting === null ? [] : [t('{0} waiting', waiting)]),
    ...(consumers === null ? [] : [consumersOf(consumers, t)]),
  ].join(' · ');
  const unattended = consumers === 0 && (waiting ?? 0) > 0;
  return {
    label: oneLine(name),
    description,
    icon: unattended ? unattendedIcon : queueIcon,
    context: 'remoteQueue',
    spoken: [t('Queue {0}', oneLine(name)), description].filter((part) => part !== '').join(', '),
  };
}

function consumersOf(consumers: number, t: Translate): string {
  if (consumers === 0) return t('no consumers');
  return consumers === 1 ? t('1 consumer') : t('{0} consumers', consumers);
}

/** The row shown if there are no connections. A click on it adds one. */
export function renderNoConnection(t: Translate): Row {
  const label = t('Connect Celery or Inngest…');
  const icon: RowIcon = { icon: 'add', color: 'foreground' };
  return { label, description: '', icon, context: 'noConnection', spoken: label };
}
