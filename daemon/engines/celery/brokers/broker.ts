/** What a broker is to the adapter, whichever it is. */
import type { ControlMessage } from '../wire/control.ts';
import type { Message, TaskMessage } from '../wire/messages.ts';
import type { NewTask } from '../wire/submitMessage.ts';

export interface BrokerListeners {
  /** One or more events. */
  onEvents(message: Message): void;
  onReply(message: Message): void;
  /** It is gone and nothing more comes. At most once. */
  onClosed(error: unknown): void;
}

export interface QueuedTask {
  task: TaskMessage;
  queue: string;
}

/** What lies in a queue. */
export interface QueueContents {
  /** All there are, also those that were not read. */
  count: number;
  tasks: QueuedTask[];
  /** Whether these are all. */
  isComplete: boolean;
  /** Whether anything changed since the last look; otherwise `tasks` is empty. */
  hasChanged: boolean;
}

/** A connection that stands. Every call rejects once it is gone. */
export interface Broker {
  readonly kind: 'Redis' | 'RabbitMQ';
  readonly version: string | null;
  /** Where workers send their replies. */
  readonly replyTo: { exchange: string; oid: string };
  /** Sends a command. How many workers hear it; null when the broker does not say. */
  control(message: ControlMessage): Promise<number | null>;
  /** @throws JobdeckError INVALID_REQUEST when there is no such queue. */
  submit(task: NewTask): Promise<void>;
  /** How many messages lie in a queue; null when there is no such queue. */
  depth(queue: string): Promise<number | null>;
  /** The tasks of a queue that are next, at most `limit`. Only where the broker can be read without taking them. */
  waiting?(queue: string, limit: number): Promise<QueueContents>;
  /** Tasks that workers have taken and not acknowledged, at most `limit`. */
  unacked?(limit: number): Promise<QueuedTask[]>;
  /** Takes a waiting task out of its queue; false when it is not there any more. */
  remove?(queues: readonly string[], id: string): Promise<boolean>;
  /** Takes away what a worker has taken and not acknowledged, so that no other gets it. */
  removeUnacked?(id: string): Promise<boolean>;
  close(): Promise<void>;
}
