/** Running jobs that have not been heard of for a while. */
import type { Health } from '../../shared/protocol.ts';
import type { HealthDeps } from './monitoring/health.ts';

/** At most so many are told. */
const limit = 20;

/**
 * The stale jobs, longest first. That its log grew is a sign of life of a job of this machine, which nothing else notes;
 * so the logs of those that seem silent are looked at, and of no others.
 */
export async function staleJobs({
  store,
  staleMs,
  logGrewAt,
  clock,
}: Pick<HealthDeps, 'store' | 'staleMs' | 'logGrewAt' | 'clock'>): Promise<Health['stale']> {
  const before = clock.now() - staleMs;
  const looked = await Promise.all(
    store.silent(before).map(async ({ id, title, engine, attempt, lastActivityAt }) => {
      const grewAt = engine === 'local' ? await logGrewAt(id, attempt) : null;
      return { id, title, lastActivityAt: Math.max(lastActivityAt, grewAt ?? 0) };
    }),
  );
  return looked
    .filter(({ lastActivityAt }) => lastActivityAt < before)
    .sort((a, b) => a.lastActivityAt - b.lastActivityAt)
    .slice(0, limit)
    .map((job) => ({ ...job, lastActivityAt: new Date(job.lastActivityAt).toISOString() }));
}
