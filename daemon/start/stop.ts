/** Ending the daemon in order, once, and within a time. */
import type { FeedStopping } from '../../shared/feedMessages.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

/** Milliseconds after which a daemon that hangs while stopping is ended all the same; clients wait for five seconds. */
const limit = 3_000;

/** Begins to stop the daemon; calling it again changes nothing. The process ends with it. */
export function stopOnce(
  { clock, log }: { clock: Clock; log: Log },
  close: (reason: FeedStopping['reason']) => Promise<void>,
): (reason: FeedStopping['reason']) => void {
  let begun = false;
  return (reason) => {
    if (begun) return;
    begun = true;
    log.info('Stopping.', { reason });
    clock.after(limit, () => {
      log.warning('The daemon did not stop in time and is ended.', { limit });
      process.exit(1);
    });
    close(reason).then(
      () => {
        log.info('Stopped.');
        process.exit(0);
      },
      (error) => {
        log.error('The daemon failed to stop in order.', error);
        process.exit(1);
      },
    );
  };
}
