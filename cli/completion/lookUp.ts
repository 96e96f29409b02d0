/** What completion asks the daemon, when it is running already and answers at once. */
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { definitionFiles } from '../submitting/findDefinition.ts';
import type { Candidate, Kind, LookUp } from './complete.ts';

/** Milliseconds somebody who pressed Tab is kept waiting for the daemon. */
const budget = 300;
/** Latest jobs that are offered. */
const offered = 50;

/** Looks in this folder and in the daemon's home; never starts a daemon. What fails is not offered. */
export function lookUpFrom(home: string, cwd: () => string): LookUp {
  return async (kind) => {
    try {
      return kind === 'definition' ? await defined(home, cwd()) : await within(budget, fromDaemon(home, kind));
    } catch {
      // Nobody wants to read why while typing; the command itself will say so.
      return [];
    }
  };
}

async function fromDaemon(home: string, kind: Exclude<Kind, 'definition'>): Promise<Candidate[]> {
  const info = await readDaemonInfo(home);
  if (info === null) return [];
  const client = new DaemonClient(info);
  try {
    if (kind === 'queue') return (await client.queues()).map(({ name }) => ({ value: name, description: '' }));
    if (kind === 'schedule') {
      return (await client.schedules()).map(({ name, cron }) => ({ value: name, description: cron }));
    }
    const { jobs } = await client.list({ limit: offered });
    return jobs.map(({ id, title, status }) => ({ value: id, description: `${title} (${status})` }));
  } finally {
    client.close();
  }
}

async function defined(home: string, cwd: string): Promise<Candidate[]> {
  const { parseDefinitions } = await import('../../shared/definitions/parse.ts');
  return definitionFiles(cwd, home).flatMap(({ text, workspace, path }) => {
    const { names, definitions } = parseDefinitions(text, { workspace: workspace !== null });
    return names.map((value) => ({ value, description: definitions?.jobs?.[value]?.label ?? path }));
  });
}

/** What it resolves with, or nothing when that takes too long. */
function within(ms: number, work: Promise<Candidate[]>): Promise<Candidate[]> {
  return new Promise((settle, fail) => {
    const timer = setTimeout(() => settle([]), ms);
    work.then(settle, fail).finally(() => clearTimeout(timer));
  });
}
