import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../extension/base/text.ts';
import {
  type EngineFacts,
  type EngineNode,
  engineChildren,
  engineParent,
  engineRow,
} from '../../../../extension/engines/nodes.ts';
import {
  connectionTokens,
  renderConnection,
  renderRemoteQueue,
  renderWorker,
} from '../../../../extension/engines/row.ts';
import { connectionTooltip, workerTooltip } from '../../../../extension/engines/tooltip.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import { ago, now } from '../builders.ts';
import { makeConnection, makeRemoteQueue, makeWorker } from './builders.ts';

/** The time of day `minutes` ago, in the format of the user's region. */
const clock = (minutes: number) => new Date(ago(minutes)).toLocaleTimeString(undefined, { timeStyle: 'short' });

describe('the row of a connection', () => {
  for (const [what, given, icon, description] of [
    ['one that works', {}, 'plug', 'Celery · connected · 2 running'],
    ['one on its way', { state: 'connecting' }, 'loading~spin', 'Celery · connecting… · 2 running'],
    [
      'one that is down',
      { state: 'unreachable' },
      'debug-disconnect',
      `Celery · not reachable since ${clock(60)} · 2 running`,
    ],
    ['one that is refused', { state: 'refused' }, 'error', `Celery · refused since ${clock(60)} · 2 running`],
    [
      'one of the other engine',
      { engine: 'inngest', readOnly: true },
      'plug',
      'Inngest · connected · 2 running · read-only',
    ],
  ] as const) {
    it(`for ${what} is: ${description}`, () => {
      const row = renderConnection(makeConnection(given), 2, now, t);
      assert.deepEqual([row.label, row.icon.icon, row.description], ['prod', icon, description]);
      assert.equal(row.spoken, `Connection prod, ${description}`);
    });
  }

  it('includes the day if it went down on another day', () => {
    const { description } = renderConnection(makeConnection({ state: 'unreachable', since: ago(3 * 1440) }), 0, now, t);
    assert.ok(description.includes('2025'), description);
  });

  it('has a distinct icon for each state', () => {
    const states = ['connected', 'connecting', 'unreachable', 'refused'] as const;
    const icons = states.map((state) => renderConnection(makeConnection({ state }), 0, now, t).icon.icon);
    assert.equal(new Set(icons).size, states.length);
  });

  it('can run something unless it is read-only', () => {
    assert.deepEqual(connectionTokens({ engine: 'celery', readOnly: false }), ['connection', 'celery', 'writable']);
    assert.deepEqual(connectionTokens({ engine: 'celery', readOnly: true }), ['connection', 'celery']);
  });

  it('shows the problem and the limitations in its tooltip, escaped', () => {
    const tooltip = connectionTooltip(
      makeConnection({
        state: 'unreachable',
        version: '7.2',
        problem: { code: 'CONNECTION_FAILED', message: 'Nothing answers at **host**.', hint: 'Is Redis running?' },
        notes: [plainMessage('Results are not seen: no result backend is named.')],
      }),
      now,
      t,
    );
    const plain = tooltip.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    for (const part of [
      'Celery 7.2',
      'redis://localhost:6379/0',
      'Nothing answers at **host**. Is Redis running?',
      'Results are not seen',
    ]) {
      assert.ok(plain.includes(part), part);
    }
    assert.ok(!tooltip.includes('**host**'));
  });
});

describe('the rows of workers and queues', () => {
  it('show what a worker does, or when it was last seen', () => {
    const row = renderWorker(makeWorker(), now, t);
    assert.deepEqual([row.icon.icon, row.description], ['vm-running', 'online · 2 of 4 active · prefork']);
    const away = renderWorker(makeWorker({ online: false, seenAt: ago(5) }), now, t);
    assert.deepEqual([away.icon.icon, away.description], ['vm-outline', `offline, last seen ${clock(5)}`]);
    assert.equal(renderWorker(makeWorker({ active: null, pool: null }), now, t).description, 'online');
    assert.equal(renderWorker(makeWorker({ concurrency: null, pool: null }), now, t).description, 'online · 2 active');
  });

  it('show the remaining facts of a worker in its tooltip', () => {
    const plain = workerTooltip(makeWorker(), t).replace(/&#(\d+);/g, (_, code: string) =>
      String.fromCharCode(Number(code)),
    );
    for (const part of [
      'pool prefork',
      'consumes from celery',
      '1,200 processed',
      'load 0.5, 0.4, 0.3',
      'version 5.5.3',
      'last heartbeat',
    ]) {
      assert.ok(plain.includes(part), `${part} in ${plain}`);
    }
  });

  it('show the waiting tasks and the consumers of a queue', () => {
    assert.equal(renderRemoteQueue(makeRemoteQueue(), t).description, '3 waiting · 1 consumer');
    assert.equal(renderRemoteQueue(makeRemoteQueue({ waiting: null, consumers: null }), t).description, '');
    assert.equal(renderRemoteQueue(makeRemoteQueue({ consumers: 0, waiting: 0 }), t).icon.icon, 'list-ordered');
    const unattended = renderRemoteQueue(makeRemoteQueue({ consumers: 0 }), t);
    assert.deepEqual([unattended.icon.icon, unattended.description], ['warning', '3 waiting · no consumers']);
  });
});

describe('the rows of engines', () => {
  const loads = [
    { name: 'local', running: 1 },
    { name: 'reported', running: 0 },
  ];
  const facts = (connections: EngineFacts['connections']): EngineFacts => ({ loads, connections, running: () => 2 });
  const labels = (node: EngineNode, all: EngineFacts) =>
    engineChildren(node, all).map((child) => engineRow(child, all, now, t)?.label);

  it('are the local engines, then the connections with their workers and queues', () => {
    const all = facts([makeConnection({ workers: [makeWorker()], queues: [makeRemoteQueue()] })]);
    assert.deepEqual(labels({ kind: 'engines' }, all), ['local', 'reported', 'prod']);
    assert.deepEqual(labels({ kind: 'connection', name: 'prod' }, all), ['celery@one', 'celery']);
    assert.equal(engineRow({ kind: 'engines' }, all, now, t)?.description, '3 running');
  });

  it('offer to add a connection if there is none', () => {
    assert.deepEqual(labels({ kind: 'engines' }, facts([])), ['local', 'reported', 'Connect Celery or Inngest…']);
  });

  it('can be expanded only if they have children', () => {
    const opens = (connection: Parameters<typeof makeConnection>[0]) =>
      engineRow({ kind: 'connection', name: 'prod' }, facts([makeConnection(connection)]), now, t)?.opens;
    assert.equal(opens({}), false);
    assert.equal(opens({ queues: [makeRemoteQueue()] }), true);
  });

  it('have the right parents', () => {
    assert.deepEqual(engineParent({ kind: 'worker', connection: 'prod', name: 'w' }), {
      kind: 'connection',
      name: 'prod',
    });
    assert.deepEqual(engineParent({ kind: 'connection', name: 'prod' }), { kind: 'engines' });
    assert.equal(engineParent({ kind: 'engines' }), undefined);
  });

  it('don’t exist for removed items', () => {
    assert.equal(engineRow({ kind: 'worker', connection: 'gone', name: 'w' }, facts([]), now, t), undefined);
  });
});
