/** How jobs look beyond their status: by the definition of their type and by their connection. */
import type { Connection } from '../../shared/connection.ts';
import type { Job } from '../../shared/job.ts';
import type { Disposable, Event } from '../base/event.ts';
import type { RowIcon } from './icons.ts';

/** How jobs look by the definition of their type. */
export interface JobLooks {
  readonly onDidChange: Event<void>;
  iconOf(job: Job): RowIcon;
  /** The connection of a job that runs elsewhere, as far as it is known. */
  connectionOf(job: Job): Connection | null;
}

/** Joins what the definitions say with how the connections stand. */
export function looksWith(
  looks: Omit<JobLooks, 'connectionOf'>,
  standings: { readonly onDidChange: Event<void>; of(job: Job): Connection | null },
): JobLooks {
  const onDidChange: Event<void> = (listener) => {
    const both: Disposable[] = [looks.onDidChange(listener), standings.onDidChange(listener)];
    return { dispose: () => both.forEach((one) => void one.dispose()) };
  };
  return { onDidChange, iconOf: (job) => looks.iconOf(job), connectionOf: (job) => standings.of(job) };
}
