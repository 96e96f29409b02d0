/** The interface that both kinds of brokers implement. */
import type { ControlMessage } from '../wire/control.ts';
import type { Message, TaskMessage } from '../wire/messages.ts';
import type { NewTask } from '../wire/submitMessage.ts';

export interface BrokerListeners {
  /** One or more events. */
  onEvents(message: Message): void;
  onReply(message: Message): void;
  /** The connection is closed. Called at most once. */
  onClosed(error: unknown): void;
}

export interface QueuedTask {
  task: TaskMessage;
  queue: string;
}

export interface QueueContents {
  /** Number of messages in the queue, including those that were not read. */
  count: number;
  tasks: QueuedTask[];
  /** Whether `tasks` has all of them. */
  isComplete: boolean;
  /** Whether anything changed since the previous read; otherwise `tasks` is empty. */
  hasChanged: boolean;
}

/** An open connection. Every call rejects once it is closed. */
export interface Broker {
  readonly kind: 'Redis' | 'RabbitMQ';
  readonly version: string | null;
  /** Where workers send their replies. */
  readonly replyTo: { exchange: string; oid: string };
  /** Sends a command. Returns how many workers receive it; null if the broker doesn't report that. */
  control(message: ControlMessage): Promise<number | null>;
  /** @throws JobdeckError INVALID_REQUEST if the queue doesn't exist */
  submit(task: NewTask): Promise<void>;
  /** Number of messages in a queue; null if the queue doesn't exist. */
  depth(queue: string): Promise<number | null>;
  /** The next tasks of a queue, at most `limit`. Only for brokers whose queues can be read without consuming them. */
  waiting?(queue: string, limit: number): Promise<QueueContents>;
  /** Tasks that workers have received but not acknowledged, at most `limit`. */
  unacked?(limit: number): Promise<QueuedTask[]>;
  /** Removes a waiting task from its queue; false if it is no longer there. */
  remove?(queues: readonly string[], id: string): Promise<boolean>;
  /** Removes an unacknowledged task, so that the broker doesn't redeliver it. */
  removeUnacked?(id: string): Promise<boolean>;
  close(): Promise<void>;
}
