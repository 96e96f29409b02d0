import assert from 'node:assert/strict';
import { namesOf } from '../../../../../../daemon/engines/celery/wire/names.ts';

describe('the names of a Celery application', () => {
  it('are the defaults of Celery unless configured', () => {
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

  it('have all configured prefixes', () => {
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

  it('are escaped in patterns', () => {
    assert.deepEqual(namesOf({ keyPrefix: 'a*[b]?' }, 0).eventPatterns[1], 'a\\*\\[b\\]\\?/0.celeryev');
  });

  it('use the same list for a priority as Celery', () => {
    const { listOf } = namesOf({}, 0);
    const lists = [0, 2, 3, 5, 6, 9, 255].map((priority) => listOf('q', priority).replace('\u0006\u0016', ':'));
    assert.deepEqual(lists, ['q', 'q', 'q:3', 'q:3', 'q:6', 'q:9', 'q:9']);
  });
});
