import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../../extension/base/text.ts';
import { meantTarget, targetItems } from '../../../../../extension/engines/run/targetItems.ts';

const tasks = [
  { kind: 'task' as const, name: 'tasks.add', title: null },
  { kind: 'task' as const, name: '$(trash) tasks.mul', title: null },
];

describe('the targets to run', () => {
  it('are those of the engine', () => {
    const items = targetItems('celery', tasks, '', t);
    assert.deepEqual(
      items.map(({ label, description }) => [label, description]),
      [
        ['$(symbol-method) tasks.add', 'task'],
        ['$(symbol-method) \\$(trash) tasks.mul', 'task'],
      ],
    );
    const [named] = targetItems('inngest', [{ kind: 'function', name: 'shop/send', title: 'Send' }], '', t);
    assert.equal(named?.description, 'Send · function');
  });

  it('include the typed text last, as a task or an event', () => {
    const last = targetItems('celery', tasks, ' tasks.own ', t).at(-1);
    assert.deepEqual(
      [last?.label, last?.target],
      ['$(edit) Run task tasks.own', { kind: 'task', name: 'tasks.own', typed: true }],
    );
    assert.deepEqual(targetItems('inngest', [], 'order.placed', t)[0]?.target, {
      kind: 'event',
      name: 'order.placed',
      typed: true,
    });
    assert.equal(targetItems('celery', tasks, 'tasks.add', t).length, 2);
  });

  it('use the last typed text even if the list still has the previous text', () => {
    const typed = { kind: 'task', name: 'tasks.ow', typed: true } as const;
    assert.deepEqual(meantTarget(typed, 'tasks.own '), { ...typed, name: 'tasks.own' });
    assert.equal(meantTarget(typed, ' '), undefined);
    const named = { kind: 'task', name: 'tasks.add', typed: false } as const;
    assert.deepEqual(meantTarget(named, 'add'), named);
    assert.equal(meantTarget(undefined, 'add'), undefined);
  });
});
