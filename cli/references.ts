/** References to jobs on the command line: IDs, prefixes of IDs, `@`, titles and names of groups. */
import type { Session } from './session.ts';

/**
 * The IDs of the jobs, each once. A command that changes something resolves all its references first, so that it
 * changes nothing if one of them is wrong.
 * @throws JobdeckError JOB_NOT_FOUND, AMBIGUOUS_JOB
 */
export async function resolveJobs(session: Session, refs: readonly string[]): Promise<string[]> {
  const ids = await session.persistently((client) => client.resolve(refs));
  return [...new Set(ids)];
}

/** The ID of one job. */
export async function resolveJob(session: Session, ref: string): Promise<string> {
  const [id = ref] = await resolveJobs(session, [ref]);
  return id;
}
