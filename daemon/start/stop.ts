/** Stops the daemon in order, once, and within a time limit. */
import type { FeedStopping } from '../../shared/feedMessages.ts';
import type { Clock } from '../clock.ts';
import { exitProcess } from '../files/threadPool.ts';
import type { Log } from '../log.ts';

/** Milliseconds after which a daemon that hangs while stopping exits anyway. Clients wait for five seconds. */
const limit = 3_000;

/** Returns a function that stops the daemon and exits. Further calls do nothing. */
export function stopOnce(
  { clock, log }: { clock: Clock; log: Log },
  close: (reason: FeedStopping['reason']) => Promise<void>,
): (reason: FeedStopping['reason']) => void {
  let stopping = false;
  return (reason) => {
    if (stopping) return;
    stopping = true;
    log.info('Stopping.', { reason });
    clock.after(limit, () => {
      log.warning('The daemon did not stop in time and exits.', { limit });
      void exitProcess(1);
    });
    close(reason).then(
      () => {
        log.info('Stopped.');
        void exitProcess(0);
      },
      (error) => {
        log.error('The daemon failed to stop cleanly.', error);
        void exitProcess(1);
      },
    );
  };
}
