/** Recorded requests and replies of a real server v1.43.0 (test/data/inngest/recorded.json). */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Pair {
  request: string;
  body?: unknown;
  status: number;
  response: unknown;
}

const file = path.join(import.meta.dirname, '../../data/inngest/recorded.json');
const pairs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Pair>;

/** A copy of a pair by name, which tests may change. */
export function recorded(name: string): Pair {
  const pair = pairs[name];
  if (!pair) throw new Error(`No recording is named ${name}.`);
  return structuredClone(pair);
}

/** A run in a list. */
export interface Row {
  id: string;
  app: { id: string };
  function: { id: string; name: string };
  status: string;
  queuedAt: string;
  startedAt?: string;
  endedAt?: string;
  durationMs?: string;
  output?: unknown;
  trigger: { eventIds: string[]; cronSchedule?: string; eventName?: string };
}

const rowOf = (name: string): Row => {
  const { data } = recorded(name).response as { data: Row[] | Row };
  const row = Array.isArray(data) ? data[0] : data;
  if (!row) throw new Error(`${name} has no run.`);
  return row;
};

/** The recorded runs in their different states. */
export const rows = {
  running: () => rowOf('v2 list mid-run'),
  completed: () => rowOf('v2 run done'),
  cancelled: () => rowOf('v2 list CANCELLED'),
  retrying: () => rowOf('v2 list while waiting for a retry'),
};
export const runId = rows.running().id;
/** Just after the first run was queued. */
export const recordedAt = Date.parse('2026-11-22T01:46:38Z');
