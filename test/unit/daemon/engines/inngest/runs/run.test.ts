import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  hasEnded,
  type Run,
  readGraphqlRun,
  readRun,
  readV1Run,
  statusOf,
  toFact,
} from '../../../../../../daemon/engines/inngest/runs/run.ts';
import { waitDetail } from '../../../../../../shared/messages/waits.ts';
import { recorded, rows } from '../../../../../engines/inngest/recorded.ts';

const now = Date.parse('2026-11-22T01:50:00Z');
const context = { at: now, toLocal: (remote: number) => remote };
const read = (item: unknown): Run => readRun(item) ?? assert.fail('no run');

describe('an Inngest run', () => {
  it('is read from a v2 list, a v1 response and GraphQL', () => {
    const listed = read(rows.running());
    assert.deepEqual([listed.app, listed.function, listed.functionName], ['demo', 'steps', 'Steps']);
    assert.equal(listed.startedAt, Date.parse('2026-11-22T01:46:34.835Z'));
    const single = readV1Run(recorded('v1 run mid-run').response);
    assert.deepEqual([single?.status, single?.endedAt, single?.function], ['RUNNING', null, null]);
    const node = { ...rows.running(), app: { externalID: 'demo' }, function: { slug: 'demo-steps', name: 'Steps' } };
    const graph = readGraphqlRun(node);
    assert.deepEqual([graph?.app, graph?.function], ['demo', 'steps']);
  });

  it('is finished only once a terminal status has an end time', () => {
    const { data } = recorded('v2 run mid-run (status not to be trusted)').response as { data: unknown };
    const run = read(data);
    assert.equal(run.status, 'COMPLETED');
    assert.deepEqual([statusOf(run), hasEnded(run)], ['running', false]);
    assert.equal(statusOf(read(rows.completed())), 'completed');
    for (const status of ['FAILED', 'CANCELLED']) {
      assert.equal(statusOf({ ...run, status }), 'running');
      assert.equal(statusOf({ ...run, status, endedAt: now }), status.toLowerCase());
    }
  });

  it('waits while it is queued or its function is paused, and is cancelled if it was skipped', () => {
    const run = read(rows.running());
    assert.deepEqual(
      ['QUEUED', 'PAUSED', 'SKIPPED', 'RUNNING', 'SOMETHING_NEW'].map((status) => statusOf({ ...run, status })),
      ['waiting', 'waiting', 'cancelled', 'running', 'running'],
    );
  });

  it('has times by the local clock, and no end time in the future', () => {
    const run = { ...read(rows.cancelled()), endedAt: now + 600_000 };
    const fact = toFact(run, { at: now, toLocal: (remote) => remote - 60_000 });
    assert.equal(fact.queuedAt, Date.parse('2026-11-22T01:45:38.344Z'));
    assert.equal(fact.endedAt, now);
    assert.equal(fact.at, now);
  });

  it('has its error, however that is wrapped', () => {
    const run = { ...read(rows.completed()), status: 'FAILED' };
    const error = { name: 'Error', message: 'boom', stack: 'Error: boom\n    at a.ts:1' };
    for (const output of [error, { error }, { data: error }]) {
      const fact = toFact({ ...run, output }, context);
      assert.deepEqual(fact.error, { code: 'REMOTE_FAILED', message: 'boom', hint: null, details: error.stack });
    }
    assert.equal(toFact({ ...run, output: { data: 'just text' } }, context).error?.message, 'just text');
    assert.equal(toFact({ ...run, output: undefined }, context).error?.variant, 'run');
    assert.match(toFact({ ...run, output: { code: 7 } }, context).error?.details ?? '', /"code": 7/);
  });

  it('waits while it sleeps, although it has started', () => {
    const wait = { reason: 'delay', until: now + 1000, detail: waitDetail('wait.sleep') } as const;
    const asleep = toFact(read(rows.running()), { ...context, wait });
    assert.deepEqual([asleep.status, asleep.wait, asleep.startedAt !== undefined], ['waiting', wait, true]);
    const ended = toFact(read(rows.completed()), { ...context, wait });
    assert.deepEqual([ended.status, ended.wait], ['completed', undefined]);
  });

  it('of an unexpected form is omitted, or read as far as possible', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), (id, any, status) => {
        for (const item of [
          any,
          { id, status: any },
          { id: 'x', status, app: any, function: any, trigger: any, queuedAt: any },
        ]) {
          for (const reading of [readRun, readGraphqlRun, readV1Run]) {
            const run = reading(item);
            if (run) toFact(run, context);
          }
        }
      }),
    );
    assert.equal(readRun({ status: 'RUNNING' }), null);
  });
});
