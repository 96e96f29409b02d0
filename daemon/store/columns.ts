/** The columns of each table, typed by its row: a field without a column does not compile. */
import type { AttemptRow, DataRow, EventRow, JobRow } from './rows.ts';
import { toJson } from './values.ts';

/** How a field is stored: as it is, as JSON, or computed by an expression. */
export type Column = 'plain' | 'json' | { computed: string };

const jobFields = {
  id: 'plain',
  title: 'plain',
  type: 'plain',
  status: 'plain',
  waitReason: 'plain',
  waitUntil: 'plain',
  waitDetail: 'json',
  held: 'plain',
  notBefore: 'plain',
  retriesUsed: 'plain',
  timeLimitMs: 'plain',
  trigger: 'plain',
  engine: 'plain',
  connection: 'plain',
  externalId: 'plain',
  worker: 'plain',
  remoteLimits: 'json',
  queue: 'plain',
  priority: 'plain',
  commandLine: 'plain',
  cwd: 'plain',
  workspace: 'plain',
  createdBy: 'plain',
  tags: 'json',
  definition: 'json',
  parentId: 'plain',
  scheduleId: 'plain',
  children: 'json',
  groupName: 'plain',
  groupConcurrency: 'plain',
  weight: 'plain',
  progress: 'json',
  progressFromOutput: 'plain',
  usualMs: 'plain',
  stdin: 'plain',
  heartbeatMs: 'plain',
  error: 'json',
  attempt: 'plain',
  exitCode: 'plain',
  signal: 'plain',
  leftoverCount: 'plain',
  rangeStart: 'plain',
  rangeEnd: 'plain',
  cancelRequestedAt: 'plain',
  cancelSignal: 'plain',
  cancelFirst: 'plain',
  pausedAt: 'plain',
  createdAt: 'plain',
  queuedAt: 'plain',
  startedAt: 'plain',
  lastActivityAt: 'plain',
  endedAt: 'plain',
  queueOrder: 'plain',
  rev: 'plain',
  cancelAllowed: { computed: '(SELECT cancel_allowed FROM queues WHERE name = jobs.queue)' },
  retryAllowed: { computed: '(SELECT retry_allowed FROM queues WHERE name = jobs.queue)' },
} satisfies Record<keyof JobRow, Column>;

const dataFields = {
  command: 'json',
  env: 'json',
  retry: 'json',
  outputProgress: 'json',
  process: 'json',
  stopSignal: 'json',
  steps: 'json',
  declaredSteps: 'json',
  input: 'json',
  result: 'json',
  metadata: 'json',
  scope: 'json',
} satisfies Record<keyof DataRow, Column>;

const attemptFields = {
  number: 'plain',
  launch: 'plain',
  status: 'plain',
  commandLine: 'plain',
  pid: 'plain',
  exitCode: 'plain',
  signal: 'plain',
  error: 'json',
  peakMemoryBytes: 'plain',
  killedAfterMs: 'plain',
  leftovers: 'json',
  createdAt: 'plain',
  startedAt: 'plain',
  endedAt: 'plain',
  deadline: 'plain',
  timedOutAt: 'plain',
} satisfies Record<keyof AttemptRow, Column>;

const eventFields = {
  id: 'plain',
  at: 'plain',
  attempt: 'plain',
  kind: 'plain',
  level: 'plain',
  code: 'plain',
  params: 'json',
  message: 'plain',
  context: 'json',
} satisfies Record<keyof EventRow, Column>;

/** The columns to select for the rows of these tables. */
export const jobColumns = selection(jobFields);
export const dataColumns = selection(dataFields);
export const attemptColumns = selection(attemptFields);
export const eventColumns = selection(eventFields);

const jsonFields = new Set(
  [jobFields, dataFields, attemptFields, eventFields].flatMap((fields) =>
    Object.entries<Column>(fields).flatMap(([field, column]) => (column === 'json' ? [field] : [])),
  ),
);

/** A field's column: `endedAt` → `ended_at`. */
export function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The columns of a table under the names of its fields. */
export function selection(fields: Readonly<Record<string, Column>>): string {
  return Object.entries(fields)
    .map(([field, column]) => `${typeof column === 'object' ? column.computed : columnOf(field)} AS ${field}`)
    .join(', ');
}

/** A field's value for SQLite. */
export function encode(field: string, value: unknown): string | number | null {
  if (value === undefined || value === null) return null;
  if (jsonFields.has(field)) return toJson(field, value);
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`No column holds ${typeof value} as ${field}.`);
}
