/** The reason why a file is not used although the system would allow it. */
import type { Message } from '../messages/schema.ts';

export class FileRefused extends Error {
  readonly reason: Message;

  constructor(reason: Message) {
    super(reason.message);
    this.name = 'FileRefused';
    this.reason = reason;
  }
}
