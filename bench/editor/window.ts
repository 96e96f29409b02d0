/** What the extension costs a window in a real extension host. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Editor } from '../../test/support/editor.ts';
import type { Workbench } from '../../test/walk/workbench.ts';
import { memoryOf } from '../use.ts';
import type { MeasuredExtension } from './measuredExtension.ts';

const waitingJobs = 10_000;
/** Time for startup work to finish and its garbage to be collected. */
const settleMs = 8_000;

/**
 * Milliseconds that _Show Running Extensions_ reports for an extension: from the start of loading to the end of
 * `activate`, including whatever other extensions do in between.
 */
export async function shownActivationMs({ page }: Workbench, extension: string): Promise<number> {
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: extension }).first();
  const text = await row.locator('.activation-time').textContent();
  const ms = /(\d+)\s*ms/.exec(text ?? '')?.[1];
  if (ms === undefined) throw new Error(`Unexpected activation time: ${text}`);
  return Number(ms);
}

export interface AddedMemory {
  /** Megabytes in use after garbage collection. */
  inUse: number;
  /** Private megabytes of the process, including garbage and reserved space. */
  process: number;
}

/** What 10,000 waiting jobs add to the extension host, measured in the same window. */
export async function addedMemory(
  editor: Editor,
  workbench: Workbench,
  client: DaemonClient,
  extension: MeasuredExtension,
): Promise<AddedMemory> {
  const pid = editor.extensionHostPid();
  const measure = async () => {
    await wait(settleMs);
    const { privateMb } = memoryOf(pid);
    return { process: privateMb, inUse: await extension.memoryMb() };
  };
  const without = await measure();
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
  const within = await measure();
  return { inUse: within.inUse - without.inUse, process: within.process - without.process };
}
