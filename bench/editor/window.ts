/** What the extension costs a window, in a real extension host. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Editor } from '../../test/support/editor.ts';
import type { Workbench } from '../../test/walk/workbench.ts';
import { memoryOf } from '../use.ts';
import type { MeasuredExtension } from './measuredExtension.ts';

const waitingJobs = 10_000;
/** Until what was begun is over, and garbage of it collected. */
const settleMs = 8_000;

/**
 * Milliseconds as _Show Running Extensions_ has them for an extension: from the beginning of the load to the end of
 * `activate`, with all that other extensions do between the two.
 */
export async function shownActivationMs({ page }: Workbench, extension: string): Promise<number> {
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: extension }).first();
  const said = await row.locator('.activation-time').textContent();
  const ms = /(\d+)\s*ms/.exec(said ?? '')?.[1];
  if (ms === undefined) throw new Error(`The editor says of the activation: ${said}`);
  return Number(ms);
}

export interface AddedMemory {
  /** Megabytes in use, once all garbage is collected. */
  inUse: number;
  /** Megabytes that the process has for itself alone, with the garbage and what is kept for more. */
  process: number;
}

/** What 10,000 jobs that wait add to the extension host, in the same window. */
export async function addedMemory(
  editor: Editor,
  workbench: Workbench,
  client: DaemonClient,
  extension: MeasuredExtension,
): Promise<AddedMemory> {
  const pid = editor.extensionHostPid();
  const look = async () => {
    await wait(settleMs);
    const { privateMb } = memoryOf(pid);
    return { process: privateMb, inUse: await extension.memoryMb() };
  };
  const without = await look();
  const queue = 'bench-paused';
  await client.setQueue(queue, { concurrency: 1 });
  await client.pauseQueue(queue);
  const from = Date.UTC(2020, 0, 1);
  await client.backfill({
    job: { command: { argv: ['true'] }, queue },
    from: new Date(from).toISOString(),
    to: new Date(from + waitingJobs * 60_000).toISOString(),
    every: '1m',
    concurrency: waitingJobs,
  });
  await workbench.page.locator('.statusbar-item[id$="jobdeck.status"][aria-label*="10000 waiting"]').waitFor();
  const within = await look();
  return { inUse: within.inUse - without.inUse, process: within.process - without.process };
}
