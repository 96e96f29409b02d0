/** Remote control of workers, the pidbox. Facts: kombu/pidbox.py, celery/worker/control.py. Pure. */
import { randomUUID } from 'node:crypto';
import { type Fields, fieldsOf, textOf } from '../../untrustedJson.ts';
import type { Message } from './messages.ts';

export interface Command {
  method: string;
  arguments: Fields;
  /** Names of the workers it is for; null: all. */
  destination: string[] | null;
}

export interface ControlMessage {
  ticket: string;
  body: Fields;
  headers: { clock: number; expires: number };
}

/** A command with the address of its replies; a worker drops it after `expiresAt`, by its own clock. */
export function controlMessage(
  command: Command,
  how: { replyTo: { exchange: string; oid: string }; clock: number; expiresAt: number },
): ControlMessage {
  const ticket = randomUUID();
  const { exchange, oid } = how.replyTo;
  const body = { ...command, pattern: null, matcher: null, ticket, reply_to: { exchange, routing_key: oid } };
  return { ticket, body, headers: { clock: how.clock, expires: how.expiresAt / 1000 } };
}

/** A message of Redis around a body in JSON. */
export function envelope(body: unknown, parts: { headers: Fields; properties: Fields }): string {
  return JSON.stringify({
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: parts.headers,
    properties: { ...parts.properties, body_encoding: 'base64', delivery_tag: randomUUID() },
  });
}

export interface Reply {
  ticket: string;
  /** What each worker says, by its name. */
  values: Fields;
}

/** The reply in a message; null when it is none. */
export function readReply({ headers, body }: Message): Reply | null {
  const ticket = textOf(headers.ticket);
  const values = fieldsOf(body.json);
  return ticket === null || values === null ? null : { ticket, values };
}
