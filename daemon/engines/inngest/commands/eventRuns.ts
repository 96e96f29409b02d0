/** Finds the runs that an event started. */
import { inngestMessage } from '../../../../shared/messages/inngest.ts';
import type { RemoteDeps, Submitted } from '../../remote.ts';
import { asArray } from '../../untrustedJson.ts';
import type { InngestApi } from '../http/inngestApi.ts';
import { getPath, readText } from '../http/json.ts';

/** Delays between attempts, in milliseconds. */
const delaysMs = [100, 200, 400, 800, 1_000, 1_000, 1_500];
const timeout = delaysMs.reduce((sum, delay) => sum + delay, 0);

/**
 * Waits for the first run that an event starts; further runs appear in the lists. If none starts, the event itself
 * becomes the job, which is completed.
 */
export async function waitForRun(
  api: InngestApi,
  { clock, reports }: Pick<RemoteDeps, 'clock' | 'reports'>,
  { eventId, name, key }: { eventId: string; name: string; key: string },
): Promise<Submitted> {
  for (const delayMs of [...delaysMs, null]) {
    const [first] = await findRunsOfEvent(api, eventId, { name, key });
    if (first !== undefined) return { externalId: first };
    if (delayMs !== null) await new Promise<void>((resolve) => clock.after(delayMs, resolve));
  }
  const externalId = `event:${eventId}`;
  const now = clock.now();
  const reason = inngestMessage('inngest.eventWithoutRun');
  await reports.take([
    {
      externalId,
      source: 'probe',
      at: now,
      status: 'completed',
      endedAt: now,
      result: { eventId },
      title: name,
      type: name,
      limits: { cancel: reason, retry: reason, retryFromStep: reason },
      messages: [{ at: now, level: 'info', message: inngestMessage('inngest.noRunStarted', { timeout }) }],
    },
  ]);
  return { externalId };
}

/**
 * The runs of an event. A duplicate (an event sent again with the same `key`) gets a new internal ID but starts no runs,
 * so the runs of the original are looked up among the latest events of the same name.
 */
async function findRunsOfEvent(
  api: InngestApi,
  eventId: string,
  event: { name: string; key: string },
): Promise<string[]> {
  const runs = await listRuns(api, eventId);
  if (runs.length > 0) return runs;
  const search = new URLSearchParams({ name: event.name, limit: '50' });
  const response = await api.request(`${api.endpoints.v1}/events?${search}`);
  const sameKey = asArray(getPath(response.body, 'data') ?? response.body)
    .filter((one) => getPath(one, 'id') === event.key)
    .flatMap((one) => readText(getPath(one, 'internal_id'), 100) ?? []);
  for (const id of sameKey) {
    if (id === eventId) continue;
    const earlier = await listRuns(api, id);
    if (earlier.length > 0) return earlier;
  }
  return [];
}

/** IDs of the runs that an event started, by the event's internal ID. */
export async function listRuns(api: InngestApi, eventId: string): Promise<string[]> {
  const { v1, v2 } = api.endpoints;
  const id = encodeURIComponent(eventId);
  const response = await api.request(`${v2}/events/${id}/runs`);
  const older = response.status === 200 && response.isJson ? response : await api.request(`${v1}/events/${id}/runs`);
  return asArray(getPath(older.body, 'data') ?? older.body).flatMap(
    (run) => readText(getPath(run, 'id') ?? getPath(run, 'run_id'), 100) ?? [],
  );
}
