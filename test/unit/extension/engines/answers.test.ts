import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../extension/base/text.ts';
import {
  addressProblem,
  type ConnectionAnswers,
  freeName,
  nameProblem,
  resultsProblem,
  settingsOf,
} from '../../../../extension/engines/connect/connectionAnswers.ts';
import { jsonProblem, jsonValue } from '../../../../extension/engines/run/json.ts';
import {
  delayProblem,
  noAnswers,
  priorityProblem,
  startWords,
  submitRequest,
} from '../../../../extension/engines/run/runAnswers.ts';
import { ConnectionSettings, RemoteSubmitRequest } from '../../../../shared/connection.ts';
import { compile } from '../../../../shared/validation.ts';

const celery: ConnectionAnswers = {
  engine: 'celery',
  name: 'prod',
  url: ' redis://:secret@host/0 ',
  readOnly: false,
  resultBackend: '',
  signingKey: 'of the other engine',
  eventKey: '',
};

describe('the answers for a new connection', () => {
  const isValid = compile(ConnectionSettings);

  it('become settings of the engine, without empty values', () => {
    assert.deepEqual(settingsOf(celery), { engine: 'celery', url: 'redis://:secret@host/0', settings: {} });
    const all = { ...celery, readOnly: true, resultBackend: 'redis://host/1' };
    assert.deepEqual(settingsOf(all), {
      ...{
        engine: 'celery',
        url: 'redis://:secret@host/0',
        readOnly: true,
        settings: { resultBackend: 'redis://host/1' },
      },
    });
    const inngest: ConnectionAnswers = { ...celery, engine: 'inngest', url: 'http://localhost:8288', eventKey: ' k ' };
    assert.deepEqual(settingsOf(inngest).settings, { signingKey: 'of the other engine', eventKey: 'k' });
    for (const answers of [celery, all, inngest]) assert.equal(isValid(settingsOf(answers)).problem, null);
  });

  it('need a valid name, with an unused default', () => {
    for (const name of ['prod', 'a.b-c_1', 'x'.repeat(50)]) assert.equal(nameProblem(name, t), undefined);
    for (const name of ['', '.hidden', 'a b', 'x'.repeat(51), 'ä']) assert.ok(nameProblem(name, t), name);
    assert.equal(freeName('celery', []), 'celery');
    assert.equal(freeName('celery', ['celery', 'celery-2']), 'celery-3');
  });

  it('need a URL for the engine', () => {
    for (const url of ['redis://localhost:6379/0', 'rediss://h', 'amqps://u:p@h:5671/v']) {
      assert.equal(addressProblem('celery', url, t), undefined, url);
    }
    for (const url of ['', 'localhost', 'http://h', 'redis://', 'redis:6379'])
      assert.ok(addressProblem('celery', url, t), url);
    assert.equal(addressProblem('inngest', 'https://api.inngest.com', t), undefined);
    assert.ok(addressProblem('inngest', 'redis://h', t));
    assert.equal(resultsProblem('', t), undefined);
    assert.ok(resultsProblem('somewhere', t));
  });
});

describe('typed JSON', () => {
  it('is validated while typing, and may be empty', () => {
    assert.equal(jsonProblem('', 'list', t), undefined);
    assert.equal(jsonProblem('[2, "x"]', 'list', t), undefined);
    assert.match(jsonProblem('[2,', 'list', t) ?? '', /^Invalid JSON/);
    assert.match(jsonProblem('{"a": 1}', 'list', t) ?? '', /^Enter a list/);
    for (const wrong of ['[1]', '7', 'null', '"x"'])
      assert.match(jsonProblem(wrong, 'object', t) ?? '', /^Enter an object/);
    for (const any of ['[1]', '7', 'null', '"x"', '{}']) assert.equal(jsonProblem(any, 'any', t), undefined);
    assert.equal(jsonValue('  '), undefined);
    assert.equal(jsonValue('null'), null);
  });
});

describe('the answers for a run', () => {
  const isValid = compile(RemoteSubmitRequest);
  const now = Date.parse('2026-03-14T09:00:00.000Z');
  const task = { kind: 'task', name: 'tasks.add', typed: false } as const;

  it('become a request with only the given values', () => {
    assert.deepEqual(submitRequest(task, noAnswers, now, undefined), { task: 'tasks.add' });
    const answers = { args: '[2, 3]', kwargs: '{"dry": true}', data: '', queue: ' slow ', delay: '10m', priority: '3' };
    const request = submitRequest(task, answers, now, 'ana@host');
    assert.deepEqual(request, {
      task: 'tasks.add',
      args: [2, 3],
      kwargs: { dry: true },
      queue: 'slow',
      priority: 3,
      notBefore: '2026-03-14T09:10:00.000Z',
      createdBy: 'ana@host',
    });
    assert.equal(isValid(request).problem, null);
  });

  it('contain only what functions and events accept', () => {
    const answers = { ...noAnswers, args: '[1]', data: '{"orderId": 7}', queue: 'x', priority: '1' };
    const target = (kind: 'function' | 'event') => ({ kind, name: 'shop/order', typed: false });
    assert.deepEqual(submitRequest(target('function'), answers, now, undefined), {
      function: 'shop/order',
      data: { orderId: 7 },
    });
    assert.deepEqual(submitRequest(target('event'), noAnswers, now, undefined), { event: 'shop/order' });
  });

  it('are validated while typing', () => {
    for (const right of ['', '90s', '1h30m']) assert.equal(delayProblem(right, t), undefined);
    for (const wrong of ['soon', '10', '-1s']) assert.ok(delayProblem(wrong, t), wrong);
    for (const right of ['', '0', '255']) assert.equal(priorityProblem(right, t), undefined);
    for (const wrong of ['256', '-1', 'high', '1.5']) assert.ok(priorityProblem(wrong, t), wrong);
    assert.equal(startWords(noAnswers, t), 'immediately');
    assert.equal(startWords({ ...noAnswers, delay: '10m' }, t), 'in 10 min');
  });
});
