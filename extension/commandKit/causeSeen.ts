/** Completes the step “Find out why it failed” of the walkthrough once the page or log of a failed job is in front. */
import type { ContextKey } from '../base/contextKey.ts';
import type { Disposable } from '../base/event.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import type { InFront } from './inFront.ts';

/** Watches until it happens, and sets `key` then. */
export function watchForCause(
  inFront: Pick<InFront, 'job' | 'onDidChange'>,
  model: Pick<JobsModel, 'get' | 'onDidChange'>,
  key: Pick<ContextKey, 'set'>,
): Disposable {
  const look = () => {
    const front = inFront.job();
    if (front === null || model.get(front.jobId)?.status !== 'failed') return;
    key.set(true);
    stop();
  };
  const watching = [inFront.onDidChange(look), model.onDidChange(({ progressOnly }) => progressOnly || look())];
  const stop = () => {
    for (const one of watching.splice(0)) one.dispose();
  };
  return { dispose: stop };
}
