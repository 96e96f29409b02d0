/** Loads what events don't carry about a task: its result, its arguments, the process that runs it. */
import type { Fact, OpenJob } from '../../remote.ts';
import type { LiveConnection } from '../connection/session.ts';
import type { TaskTracker } from '../tasks/taskTracker.ts';
import { findOnWorkers } from './findTask.ts';

export async function loadDetails(
  { session, control }: LiveConnection,
  { tracker, report }: { tracker: TaskTracker; report(facts: readonly Fact[]): void },
  { externalId: id, status }: OpenJob,
): Promise<void> {
  const meta = (await session.results?.get(id)) ?? null;
  // An intermediate result doesn't prove that a lost task is still running.
  if (meta !== null && (meta.isFinal || status !== 'lost')) report(tracker.onResult(id, meta, 'store'));
  if (meta?.isFinal || tracker.hasFinished(id)) return;
  const { held } = await findOnWorkers(control, id);
  if (held !== null) report(tracker.onInspected(held.info, held.host));
}
