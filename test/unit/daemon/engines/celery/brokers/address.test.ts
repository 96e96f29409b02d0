import assert from 'node:assert/strict';
import { brokerAddress, redisAddress } from '../../../../../../daemon/engines/celery/brokers/address.ts';
import { endpointsOf } from '../../../../../../daemon/engines/celery/connection/endpoints.ts';
import { celeryMessage } from '../../../../../../shared/messages/celery.ts';

describe('the address of a broker', () => {
  it('of the type Redis has database, password and TLS options', () => {
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

  it('of the type RabbitMQ has user and virtual host', () => {
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

  it('is rejected if it is invalid, without revealing it', () => {
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

  it('of an unsupported result backend leads to a note', () => {
    const notes = (url: string, resultBackend?: string) => endpointsOf({ url, settings: { resultBackend } }).notes;
    assert.deepEqual(notes('amqp://host'), [celeryMessage('celery.resultBackendNotSet')]);
    assert.deepEqual(notes('amqp://host', 'db+postgresql://u:secret@h/d'), [
      celeryMessage('celery.resultBackendNotSupported', { backend: 'db+postgresql' }),
    ]);
    assert.deepEqual(notes('redis://host'), []);
    assert.deepEqual(notes('amqp://host', 'redis://host/1'), []);
  });
});
