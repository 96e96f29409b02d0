/** The run that an event started: it is there a moment after the event was taken. */
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { RemoteDeps, Submitted } from '../../remote.ts';
import type { Access } from '../http/server.ts';
import { runsOfEvent } from './submit.ts';

/** How long to wait after each look for it, in milliseconds: 5 s in all. */
const pauses = [100, 200, 400, 800, 1_000, 1_000, 1_500];

/**
 * Waits for the first of its runs; others are found by the lists. When there is none, the job is the sending itself,
 * which is done.
 */
export async function startedBy(
  { api }: Access,
  { clock, reports }: Pick<RemoteDeps, 'clock' | 'reports'>,
  { eventId, name, key }: { eventId: string; name: string; key: string },
): Promise<Submitted> {
  for (const pause of [...pauses, null]) {
    const [first] = await runsOfEvent(api, eventId, { name, key });
    if (first !== undefined) return { externalId: first };
    if (pause !== null) await new Promise<void>((resolve) => clock.after(pause, resolve));
  }
  const externalId = `event:${eventId}`;
  const now = clock.now();
  const reason = plainMessage('It is an event that started no run.');
  await reports.take([
    {
      ...{ externalId, source: 'probe', at: now, status: 'completed', endedAt: now, result: { eventId } },
      ...{ title: name, type: name, limits: { cancel: reason, retry: reason, retryFromStep: reason } },
      messages: [
        { at: now, level: 'info', message: plainMessage('The event was sent; within 5 s it started no run.') },
      ],
    },
  ]);
  return { externalId };
}
