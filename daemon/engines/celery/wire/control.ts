/** Remote control messages, which Celery calls the pidbox. See kombu/pidbox.py and celery/worker/control.py. Pure. */
import { randomUUID } from 'node:crypto';
import { asRecord, asText, type JsonObject } from '../../untrustedJson.ts';
import type { Message } from './messages.ts';

export interface Command {
  method: string;
  arguments: JsonObject;
  /** Names of the workers to address; null for all. */
  destination: string[] | null;
}

export interface ControlMessage {
  ticket: string;
  body: JsonObject;
  headers: { clock: number; expires: number };
}

/** Builds the message for a command. A worker drops it once its own clock has passed `expiresAt`. */
export function controlMessage(
  command: Command,
  how: { replyTo: { exchange: string; oid: string }; clock: number; expiresAt: number },
): ControlMessage {
  const ticket = randomUUID();
  const { exchange, oid } = how.replyTo;
  const body = { ...command, pattern: null, matcher: null, ticket, reply_to: { exchange, routing_key: oid } };
  return { ticket, body, headers: { clock: how.clock, expires: how.expiresAt / 1000 } };
}

export interface Reply {
  ticket: string;
  /** The values replied, by worker name. */
  values: JsonObject;
}

/** Reads a reply; null if the message isn't one. */
export function readReply({ headers, body }: Message): Reply | null {
  const ticket = asText(headers.ticket);
  const values = asRecord(body.json);
  return ticket === null || values === null ? null : { ticket, values };
}
