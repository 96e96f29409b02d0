/** Values for completion, from the daemon if it is running and responds fast enough. */
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { definitionFiles } from '../submitting/findDefinition.ts';
import type { Candidate, Kind, LookUp } from './complete.ts';

/** Milliseconds to wait for the daemon. */
const timeout = 300;
/** Number of latest jobs to offer. */
const jobLimit = 50;

/** Looks in the current folder and the daemon’s home. Never starts a daemon. Failures yield no values. */
export function lookUpFrom(home: string, cwd: () => string): LookUp {
  return async (kind) => {
    try {
      return kind === 'definition' ? await defined(home, cwd()) : await within(timeout, fromDaemon(home, kind));
    } catch {
      // An error message would disturb typing. The command itself will report the problem.
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
    const { jobs } = await client.list({ limit: jobLimit });
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

/** The result of the work, or nothing if it takes too long. */
function within(ms: number, work: Promise<Candidate[]>): Promise<Candidate[]> {
  return new Promise((settle, fail) => {
    const timer = setTimeout(() => settle([]), ms);
    work.then(settle, fail).finally(() => clearTimeout(timer));
  });
}
