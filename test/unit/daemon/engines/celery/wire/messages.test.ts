import assert from 'node:assert/strict';
import { controlMessage, readReply } from '../../../../../../daemon/engines/celery/wire/control.ts';
import { readEvents } from '../../../../../../daemon/engines/celery/wire/events.ts';
import {
  readQueryTask,
  readQueueNames,
  readStats,
  readTaskNames,
  readTasks,
} from '../../../../../../daemon/engines/celery/wire/inspectReplies.ts';
import {
  encodeEnvelope,
  readBody,
  readEnvelope,
  readTask,
} from '../../../../../../daemon/engines/celery/wire/messages.ts';
import { parseJson } from '../../../../../../daemon/engines/celery/wire/pythonJson.ts';
import { encodeTask } from '../../../../../../daemon/engines/celery/wire/submitMessage.ts';
import { samples } from '../builders.ts';

/** A sample as it arrives from Redis. */
const wire = (name: string) => JSON.stringify(samples[name]);
const reply = (name: string) => {
  const message = readEnvelope(wire(`reply:${name}`));
  assert.ok(message);
  return readReply(message)?.values['w2@vm'];
};
const eventOf = (name: string) => {
  const [one] = readEvents({ json: samples[`event:${name}`]?.body, opaque: null });
  assert.ok(one);
  return one;
};

describe('Celery messages', () => {
  it('contain a task with its arguments', () => {
    const message = readEnvelope(wire('task'));
    assert.ok(message);
    const task = readTask(message);
    assert.deepEqual([task?.name, task?.args, task?.kwargs, task?.retries], ['tasks.steps', [3], { pause: 0.3 }, 0]);
    assert.deepEqual([task?.origin, task?.priority, task?.opaque], ['10876@vm', 0, null]);
  });

  it('are built like those of Celery', () => {
    const sample = readEnvelope(wire('task'));
    const id = 'ed457975-e233-4cc9-843b-2f62f4d00a48';
    const task = {
      id,
      name: 'tasks.steps',
      args: [3],
      kwargs: { pause: 0.3 },
      queue: 'celery',
      eta: null,
      priority: null,
    };
    const parts = encodeTask({ ...task, origin: '10876@vm' });
    assert.deepEqual(parts.headers, sample?.headers);
    assert.deepEqual(parts.body, sample?.body.json);
  });

  it('of protocol 1 contain the task in their body', () => {
    const body = { id: 'one', task: 'tasks.add', args: [1], kwargs: {}, retries: 2, eta: '2026-11-25T10:00:00' };
    const task = readTask({ headers: {}, properties: {}, body: { json: body, opaque: null } });
    assert.deepEqual([task?.id, task?.name, task?.args, task?.retries], ['one', 'tasks.add', [1], 2]);
    assert.equal(task?.eta, Date.parse('2026-11-25T10:00:00Z'));
  });

  it('that are pickled or compressed are not decoded', () => {
    const bytes = Buffer.from('{}');
    const opaque = (contentType: string, headers = {}, body = bytes) => readBody(contentType, headers, body).opaque;
    assert.deepEqual(opaque('application/x-python-serialize'), { kind: 'serialized', serializer: 'pickle' });
    assert.deepEqual(opaque('application/x-yaml'), { kind: 'serialized', serializer: 'application/x-yaml' });
    const compression = 'application/x-gzip';
    assert.deepEqual(opaque('application/json', { compression }), { kind: 'compressed', compression });
    assert.deepEqual(opaque('application/json', {}, Buffer.from('\x80\x04')), { kind: 'malformed' });
  });

  it('that are malformed are ignored', () => {
    for (const text of ['', 'null', '[]', '{"body":1}', '\u0000']) assert.equal(readEnvelope(text), null);
    assert.deepEqual(readEvents({ json: [null, 1, { type: 'task-sent' }, { type: 'other' }], opaque: null }), []);
  });

  it('may contain numbers that are not valid JSON', () => {
    assert.deepEqual(parseJson('{"a": NaN, "b": [-Infinity], "c": "NaN \\" NaN"}'), {
      a: null,
      b: [null],
      c: 'NaN " NaN',
    });
    assert.equal(parseJson('{"a": nan}'), undefined);
  });
});

describe('Celery events', () => {
  it('arrive alone or in a list', () => {
    const body = samples['event:task-started']?.body;
    assert.equal(readEvents({ json: [body, body], opaque: null }).length, 2);
    assert.equal(readEvents({ json: body, opaque: null }).length, 1);
  });

  it('of tasks have a worker, a kind and a task', () => {
    const { event } = eventOf('task-received');
    assert.deepEqual({ ...event, clock: 10 }, { ...event, clock: 10, host: 'w2@vm', process: 'w2@vm/10859' });
    assert.equal('retries' in event && event.retries, 0);
    const failed = eventOf('task-failed').event;
    assert.match('traceback' in failed ? (failed.traceback ?? '') : '', /^Traceback/);
    const revoked = eventOf('task-revoked').event;
    assert.equal('terminated' in revoked && revoked.terminated, true);
    assert.equal(eventOf('task-succeeded').event.kind, 'succeeded');
  });

  it('of workers have their load and version', () => {
    const { of, event } = eventOf('worker-heartbeat');
    assert.deepEqual([of, event.kind], ['worker', 'heartbeat']);
    assert.deepEqual('load' in event && [event.heartbeatMs, event.active, event.version, event.load], [
      2000,
      0,
      '5.6.3',
      [0.98, 1.21, 0.89],
    ]);
  });
});

describe('Celery remote control', () => {
  it('sends the same messages as Celery', () => {
    const sample = samples['control:ping'];
    const replyTo = { exchange: 'reply.celery.pidbox', oid: '6bf45ad0-7cb1-4318-81eb-597beb6f384b' };
    const command = { method: 'ping', arguments: {}, destination: null };
    const { body, headers, ticket } = controlMessage(command, { replyTo, clock: 2, expiresAt: 1795310431070 });
    assert.deepEqual({ ...body, ticket: '' }, { ...(sample?.body as object), ticket: '' });
    assert.deepEqual(headers, sample?.message?.headers);
    const message = readEnvelope(encodeEnvelope(body, { headers, properties: {} }));
    assert.deepEqual(message?.body.json, { ...body, ticket });
  });

  it('reads the replies of workers', () => {
    assert.deepEqual(reply('ping'), { ok: 'pong' });
    const [queried] = readQueryTask(reply('query_task'));
    assert.deepEqual(
      [queried?.state, queried?.name, queried?.args, queried?.queue],
      ['active', 'tasks.steps', [200], 'celery'],
    );
    const [active] = readTasks('active', reply('active'));
    assert.deepEqual([Math.floor(active?.startedAt ?? 0), active?.kwargs], [1795310433433, { pause: 0.1 }]);
    assert.equal(readTasks('reserved', reply('reserved'))[0]?.state, 'reserved');
    assert.deepEqual(readStats(reply('stats')), { pool: 'prefork', concurrency: 2, processed: 9 });
    assert.deepEqual(readQueueNames(reply('active_queues')), ['celery']);
    assert.deepEqual(readTaskNames(reply('registered')), ['tasks.bad', 'tasks.flaky', 'tasks.steps']);
    assert.deepEqual(readTaskNames(['tasks.add [rate_limit=10/m]']), ['tasks.add']);
  });
});
