/**
 * Messages as kombu encodes them: a JSON envelope on Redis, AMQP properties on RabbitMQ. Bodies other than plain JSON are
 * described by their headers and never decoded, because unpickling runs code. Pure.
 */
import { randomUUID } from 'node:crypto';
import { asArray, asNumber, asRecord, asText, type JsonObject } from '../../untrustedJson.ts';
import { parseJson, parseTime } from './pythonJson.ts';

/** Why a body is not decoded. */
export type Opaque =
  | { kind: 'compressed'; compression: string }
  | { kind: 'serialized'; serializer: string }
  | { kind: 'malformed' };

/** A decoded body, or why it is not decoded. */
export type Body = { json: unknown; opaque: null } | { json: undefined; opaque: Opaque };

export interface Message {
  headers: JsonObject;
  properties: JsonObject;
  body: Body;
}

/** A task as its message describes it. */
export interface TaskMessage {
  id: string;
  name: string | null;
  /** Null if they can't be read. */
  args: unknown[] | null;
  kwargs: JsonObject | null;
  /** The sender's own text for display, truncated. */
  argsText: string | null;
  kwargsText: string | null;
  retries: number;
  /** Milliseconds. */
  eta: number | null;
  expires: number | null;
  rootId: string | null;
  parentId: string | null;
  origin: string | null;
  priority: number | null;
  /** Why the arguments can't be read. */
  opaque: Opaque | null;
}

/** Reads a Redis envelope; null if the text isn't one. */
export function readEnvelope(text: string): Message | null {
  const envelope = asRecord(parseJson(text));
  if (envelope === null || typeof envelope.body !== 'string') return null;
  const headers = asRecord(envelope.headers) ?? {};
  const properties = asRecord(envelope.properties) ?? {};
  const bytes = Buffer.from(envelope.body, properties.body_encoding === 'base64' ? 'base64' : 'utf8');
  return { headers, properties, body: readBody(asText(envelope['content-type']), headers, bytes) };
}

/** Wraps a JSON body in the envelope that kombu uses on Redis. */
export function encodeEnvelope(body: unknown, parts: { headers: JsonObject; properties: JsonObject }): string {
  return JSON.stringify({
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: parts.headers,
    properties: { ...parts.properties, body_encoding: 'base64', delivery_tag: randomUUID() },
  });
}

/** Decodes a body according to its headers. */
export function readBody(contentType: string | null, headers: JsonObject, bytes: Buffer): Body {
  const compression = asText(headers.compression);
  if (compression !== null) return opaque({ kind: 'compressed', compression });
  if (contentType !== null && contentType !== 'application/json')
    return opaque({
      kind: 'serialized',
      serializer: contentType.replace('application/x-python-serialize', 'pickle'),
    });
  const json = parseJson(bytes.toString('utf8'));
  return json === undefined ? opaque({ kind: 'malformed' }) : { json, opaque: null };
}

function opaque(reason: Opaque): Body {
  return { json: undefined, opaque: reason };
}

/** Reads the task in a message of protocol 2 or 1; null if there is none. */
export function readTask({ headers, properties, body }: Message): TaskMessage | null {
  const isSecond = asText(headers.task) !== null;
  const source = isSecond ? headers : (asRecord(body.json) ?? {});
  const id = asText(source.id) ?? asText(properties.correlation_id);
  if (id === null) return null;
  const [args, kwargs] = isSecond ? asArray(body.json) : [source.args, source.kwargs];
  return {
    id,
    name: asText(source.task),
    args: Array.isArray(args) ? args : null,
    kwargs: asRecord(kwargs),
    argsText: asText(source.argsrepr),
    kwargsText: asText(source.kwargsrepr),
    retries: Math.max(0, Math.trunc(asNumber(source.retries) ?? 0)),
    eta: parseTime(source.eta),
    expires: parseTime(source.expires),
    rootId: asText(source.root_id),
    parentId: asText(source.parent_id),
    origin: asText(source.origin),
    priority: asNumber(properties.priority),
    opaque: body.opaque,
  };
}
