/** Fakes for tests of remote control: a manual clock, and workers that reply. */
import type { Broker } from '../../../../../daemon/engines/celery/brokers/broker.ts';
import { RemoteControl } from '../../../../../daemon/engines/celery/connection/remoteControl.ts';
import type { WorkerRegistry } from '../../../../../daemon/engines/celery/following/workerRegistry.ts';

/** A clock that the test advances. */
export class ManualClock {
  ms = 0;
  readonly #timers: { at: number; call(): void }[] = [];
  now = () => this.ms;
  after = (ms: number, call: () => void) => {
    const timer = { at: this.ms + ms, call };
    this.#timers.push(timer);
    return () => void this.#timers.splice(this.#timers.indexOf(timer), this.#timers.includes(timer) ? 1 : 0);
  };
  advance(ms: number): void {
    this.ms += ms;
    for (const timer of this.#timers.filter(({ at }) => at <= this.ms)) {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      timer.call();
    }
  }
}

/** Remote control of workers that send these replies. `receivers`: how many the broker reports. */
export function controlWith(
  clock: ManualClock,
  workers: WorkerRegistry,
  replies: Record<string, unknown>,
  receivers: number | null,
): RemoteControl {
  let control: RemoteControl | null = null;
  const broker = {
    kind: 'Redis',
    version: null,
    replyTo: { exchange: 'x', oid: 'me' },
    async control({ ticket }: { ticket: string }) {
      queueMicrotask(() => {
        for (const [host, value] of Object.entries(replies)) {
          control?.onReply({ headers: { ticket }, properties: {}, body: { json: { [host]: value }, opaque: null } });
        }
      });
      return receivers;
    },
  } as unknown as Broker;
  control = new RemoteControl(broker, {
    clock,
    onlineCount: () => 0,
    onWorkerReplied: (host) => workers.markSeen(host, clock.now()),
  });
  return control;
}
