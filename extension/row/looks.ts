/** What affects the row of a job besides its status: the definition of its type, and its connection. */
import type { Connection } from '../../shared/connection.ts';
import type { Job } from '../../shared/job.ts';
import type { Disposable, Event } from '../base/event.ts';
import type { RowIcon } from './icons.ts';

/** Icons and connections of jobs. */
export interface JobLooks {
  readonly onDidChange: Event<void>;
  iconOf(job: Job): RowIcon;
  /** The connection of a remote job, if known. */
  connectionOf(job: Job): Connection | null;
}

/** Combines the definitions with the connections. */
export function looksWith(
  looks: Omit<JobLooks, 'connectionOf'>,
  connections: { readonly onDidChange: Event<void>; of(job: Job): Connection | null },
): JobLooks {
  const onDidChange: Event<void> = (listener) => {
    const both: Disposable[] = [looks.onDidChange(listener), connections.onDidChange(listener)];
    return { dispose: () => both.forEach((one) => void one.dispose()) };
  };
  return { onDidChange, iconOf: (job) => looks.iconOf(job), connectionOf: (job) => connections.of(job) };
}
