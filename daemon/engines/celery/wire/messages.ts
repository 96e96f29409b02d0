/**
 * Messages as kombu writes them: on Redis an envelope in JSON, on RabbitMQ the properties of AMQP. What is not plain JSON
 * is told by its headers and never decoded, since reading a pickle is running it. Pure.
 */
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../../untrustedJson.ts';
import { parseJson, timeOf } from './pythonJson.ts';

/** A body that was read, or why it was not. */
export type Body = { json: unknown; opaque: null } | { json: undefined; opaque: string };

export interface Message {
  headers: Fields;
  properties: Fields;
  body: Body;
}

/** A task as its message has it. */
export interface TaskMessage {
  id: string;
  name: string | null;
  /** Null where they can't be read. */
  args: unknown[] | null;
  kwargs: Fields | null;
  /** As the sender wrote them to be shown, cut. */
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
  opaque: string | null;
}

/** Reads an envelope of Redis; null when it is none. */
export function readEnvelope(text: string): Message | null {
  const envelope = fieldsOf(parseJson(text));
  if (envelope === null || typeof envelope.body !== 'string') return null;
  const headers = fieldsOf(envelope.headers) ?? {};
  const properties = fieldsOf(envelope.properties) ?? {};
  const bytes = Buffer.from(envelope.body, properties.body_encoding === 'base64' ? 'base64' : 'utf8');
  return { headers, properties, body: readBody(textOf(envelope['content-type']), headers, bytes) };
}

/** Reads a body by what its headers say it is. */
export function readBody(contentType: string | null, headers: Fields, bytes: Buffer): Body {
  const compression = textOf(headers.compression);
  if (compression !== null) return opaque(`compressed (${compression})`);
  if (contentType !== null && contentType !== 'application/json')
    return opaque(contentType.replace('application/x-python-serialize', 'pickle'));
  const json = parseJson(bytes.toString('utf8'));
  return json === undefined ? opaque('no JSON') : { json, opaque: null };
}

function opaque(why: string): Body {
  return { json: undefined, opaque: why };
}

/** The task of a message of protocol 2 or 1; null when it is none. */
export function readTask({ headers, properties, body }: Message): TaskMessage | null {
  const isSecond = textOf(headers.task) !== null;
  const source = isSecond ? headers : (fieldsOf(body.json) ?? {});
  const id = textOf(source.id) ?? textOf(properties.correlation_id);
  if (id === null) return null;
  const [args, kwargs] = isSecond ? listOf(body.json) : [source.args, source.kwargs];
  return {
    id,
    name: textOf(source.task),
    args: Array.isArray(args) ? args : null,
    kwargs: fieldsOf(kwargs),
    argsText: textOf(source.argsrepr),
    kwargsText: textOf(source.kwargsrepr),
    retries: Math.max(0, Math.trunc(numberOf(source.retries) ?? 0)),
    eta: timeOf(source.eta),
    expires: timeOf(source.expires),
    rootId: textOf(source.root_id),
    parentId: textOf(source.parent_id),
    origin: textOf(source.origin),
    priority: numberOf(properties.priority),
    opaque: body.opaque,
  };
}
