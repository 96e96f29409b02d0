/** Connections for people. */
import type { Connection } from '../../shared/connection.ts';
import { formatAgo } from '../../shared/format.ts';
import type { Colors } from '../output/colors.ts';
import { renderColumns } from '../output/columns.ts';
import { printable } from '../output/text.ts';

/** The connections as a table with its head. */
export function renderConnections(connections: readonly Connection[], colors: Colors, now: number): string[] {
  if (connections.length === 0) return ['No connections yet. To add one: jobdeck engine add'];
  const head = ['CONNECTION', 'ENGINE', 'STATE', 'WORKERS', 'UPDATED', 'ADDRESS'];
  const rows = connections.map((one) => [
    printable(one.name),
    one.engine,
    one.state,
    workersOf(one),
    one.confirmedAt === null ? 'never' : formatAgo(one.confirmedAt, now),
    printable(one.url) + (one.readOnly ? ' (read-only)' : ''),
  ]);
  const problems = connections.flatMap(({ name, problem }) =>
    problem === null ? [] : [colors.yellow(`${printable(name)}: ${printable(problem.message)}`)],
  );
  return [...renderColumns(head, rows), ...problems];
}

/** One connection with its workers and queues. */
export function renderConnection(connection: Connection, colors: Colors, now: number): string[] {
  const { name, engine, url, state, problem, version, notes, workers, queues, confirmedAt } = connection;
  const reason =
    problem === null
      ? []
      : [colors.yellow(printable(problem.message)), ...(problem.hint === null ? [] : [printable(problem.hint)])];
  return [
    `${colors.bold(printable(name))}  ${engine}${version === null ? '' : ` ${printable(version)}`}  ${printable(url)}`,
    `${state}, last updated ${confirmedAt === null ? 'never' : formatAgo(confirmedAt, now)}`,
    ...reason,
    ...notes.map(({ message }) => printable(message)),
    ...(workers.length === 0 ? [] : ['', ...workerTable(workers, now)]),
    ...(queues.length === 0 ? [] : ['', ...queueTable(queues)]),
  ];
}

function workersOf({ engine, workers }: Connection): string {
  return engine === 'inngest' ? '–' : String(workers.filter(({ online }) => online).length);
}

function workerTable(workers: Connection['workers'], now: number): string[] {
  const head = ['WORKER', 'STATE', 'ACTIVE', 'POOL', 'PROCESSED', 'LAST SEEN', 'QUEUES'];
  const rows = workers.map((worker) => [
    printable(worker.name),
    worker.online ? 'online' : 'offline',
    `${worker.active ?? '?'} of ${worker.concurrency ?? '?'}`,
    printable(worker.pool ?? '?'),
    String(worker.processed ?? '?'),
    worker.seenAt === null ? 'never' : formatAgo(worker.seenAt, now),
    printable(worker.queues.join(', ')),
  ]);
  return renderColumns(head, rows);
}

function queueTable(queues: Connection['queues']): string[] {
  const number = (value: number | null) => (value === null ? '?' : String(value));
  const rows = queues.map(({ name, waiting, consumers }) => [printable(name), number(waiting), number(consumers)]);
  return renderColumns(['QUEUE', 'WAITING', 'CONSUMERS'], rows);
}
