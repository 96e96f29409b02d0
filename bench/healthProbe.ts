/** Asks the daemon for its health again and again, which shows how long its event loop is held. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DaemonClient } from '../shared/client/http.ts';

/** Milliseconds between an answer and the next request. */
const pause = 5;

/** Does `work` and returns the milliseconds of each answer in the meantime. */
export async function probeHealth(client: DaemonClient, work: () => Promise<unknown>): Promise<number[]> {
  const delays: number[] = [];
  let isWorking = true;
  const probing = (async () => {
    while (isWorking) {
      const began = performance.now();
      await client.health();
      delays.push(performance.now() - began);
      await wait(pause);
    }
  })();
  try {
    await work();
  } finally {
    isWorking = false;
    await probing;
  }
  return delays;
}
