/** Finds a task on the workers. */
import type { RemoteControl } from '../connection/remoteControl.ts';
import { readQueryTask, type TaskInfo } from '../wire/inspectReplies.ts';

/** A task that a worker has received, and maybe started. */
export interface HeldTask {
  host: string;
  info: TaskInfo;
}

/** The worker that has the task, if any replied that it does, and how many replied at all. */
export async function findOnWorkers(
  control: RemoteControl,
  id: string,
): Promise<{ held: HeldTask | null; replyCount: number }> {
  const { values } = await control.request('query_task', { arguments: { ids: [id] } });
  for (const [host, value] of values) {
    const info = readQueryTask(value).find((one) => one.id === id);
    if (info !== undefined) return { held: { host, info }, replyCount: values.size };
  }
  return { held: null, replyCount: values.size };
}
