import assert from 'node:assert/strict';
import { brokerAddress, redisAddress } from '../../../../../daemon/engines/celery/brokers/address.ts';
import { endpointsOf } from '../../../../../daemon/engines/celery/connection/endpoints.ts';
import { namesOf } from '../../../../../daemon/engines/celery/wire/names.ts';
import { celeryMessage } from '../../../../../shared/messages/celery.ts';

describe('names of a Celery application', () => {
  it('are those of Celery unless they are set', () => {
    const names = namesOf({}, 3);
    assert.deepEqual(names.eventPatterns, ['/3.celeryev/*', '/3.celeryev']);
    assert.equal(names.controlChannel, '/3.celery.pidbox');
    assert.equal(names.replyKey('me'), 'me.reply.celery.pidbox');
    assert.equal(names.replyBinding, '_kombu.binding.reply.celery.pidbox');
    assert.equal(names.replyBindingMember('me'), 'me\u0006\u0016\u0006\u0016me.reply.celery.pidbox');
    assert.deepEqual(names.lists('celery'), [
      'celery',
      'celery\u0006\u00163',
      'celery\u0006\u00166',
      'celery\u0006\u00169',
    ]);
    assert.equal(names.resultKey('id'), 'celery-task-meta-id');
    assert.deepEqual([names.resultId('celery-task-meta-id'), names.resultId('other')], ['id', null]);
  });

  it('have every prefix that is set', () => {
    const names = namesOf(
      { keyPrefix: 'shop:', fanoutPrefix: '/f{db}.', resultKeyPrefix: 'res', resultPrefix: 'r-' },
      1,
    );
    assert.equal(names.controlChannel, 'shop:/f1.celery.pidbox');
    assert.equal(names.unacked, 'shop:unacked');
    assert.equal(names.listOf('celery', 4), 'shop:celery\u0006\u00163');
    assert.equal(names.resultKey('id'), 'res_r-id');
    assert.equal(namesOf({ resultKeyPrefix: 'res:' }, 0).resultKey('id'), 'res:celery-task-meta-id');
  });

  it('are no patterns themselves', () => {
    assert.deepEqual(namesOf({ keyPrefix: 'a*[b]?' }, 0).eventPatterns[1], 'a\\*\\[b\\]\\?/0.celeryev');
  });

  it('put a priority into the list that Celery puts it in', () => {
    const { listOf } = namesOf({}, 0);
    const lists = [0, 2, 3, 5, 6, 9, 255].map((priority) => listOf('q', priority).replace('\u0006\u0016', ':'));
    assert.deepEqual(lists, ['q', 'q', 'q:3', 'q:3', 'q:6', 'q:9', 'q:9']);
  });
});

describe('addresses of brokers', () => {
  it('of Redis have database, password and TLS', () => {
    const plain = redisAddress('redis://:p%40ss@host:6380/2');
    assert.deepEqual(
      [plain.host, plain.port, plain.password, plain.database, plain.tls],
      ['host', 6380, 'p@ss', 2, null],
    );
    const safe = redisAddress('rediss://joe:pw@host?ssl_cert_reqs=CERT_NONE&ssl_ca_certs=/etc/ca.pem');
    assert.deepEqual(
      [safe.username, safe.port, safe.tls],
      ['joe', 6379, { verifyCertificate: false, caFile: '/etc/ca.pem' }],
    );
    const socket = redisAddress('redis+socket:///run/redis.sock?virtual_host=4');
    assert.deepEqual([socket.path, socket.database], ['/run/redis.sock', 4]);
    assert.equal(redisAddress('redis://[::1]:7000/0').host, '::1');
  });

  it('of RabbitMQ have user and virtual host', () => {
    const read = (url: string) => {
      const address = brokerAddress(url);
      return address.kind === 'amqp'
        ? [address.username, address.password, address.port, address.vhost, address.tls !== null]
        : [];
    };
    assert.deepEqual(read('amqp://localhost'), ['guest', 'guest', 5672, '/', false]);
    assert.deepEqual(read('pyamqp://joe:a%2Fb@host:7000//'), ['joe', 'a/b', 7000, '/', false]);
    assert.deepEqual(read('amqps://joe:pw@host/shop'), ['joe', 'pw', 5671, 'shop', true]);
    assert.deepEqual(read('amqp://joe:pw@host/%2Fshop'), ['joe', 'pw', 5672, '/shop', false]);
  });

  it('that are not understood are refused without telling what is in them', () => {
    for (const url of ['', 'secret', 'sqs://key:secret@', 'redis://:secret@host:port/0', 'redis://:secret@host/zero']) {
      assert.throws(
        () => brokerAddress(url),
        ({ code, message, hint }: Error & { code: string; hint: string }) => {
          assert.equal(code, 'INVALID_REQUEST');
          assert.doesNotMatch(message, /secret/);
          return hint !== '';
        },
      );
    }
  });

  it('of results that can’t be read are told', () => {
    const notes = (url: string, resultBackend?: string) => endpointsOf({ url, settings: { resultBackend } }).notes;
    assert.deepEqual(notes('amqp://host'), [celeryMessage('celery.resultBackendNotSet')]);
    assert.deepEqual(notes('amqp://host', 'db+postgresql://u:secret@h/d'), [
      celeryMessage('celery.resultBackendNotSupported', { backend: 'db+postgresql' }),
    ]);
    assert.deepEqual(notes('redis://host'), []);
    assert.deepEqual(notes('amqp://host', 'redis://host/1'), []);
  });
});
