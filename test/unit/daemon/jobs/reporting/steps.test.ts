import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { declared, ended, phaseOf, progressOf, stepsAfter } from '../../../../../daemon/jobs/steps/steps.ts';
import type { NewStep } from '../../../../../shared/reporting.ts';

const t0 = Date.UTC(2026, 0, 1);
const steps = (...added: NewStep[]) => declared([], added);

describe('steps', () => {
  it('add up by their weights', () => {
    const all = stepsAfter(steps({ id: 'a' }, { id: 'b', weight: 3 }), { id: 'b', progress: 0.5 }, t0);
    assert.deepEqual(progressOf(all), { current: 37.5, total: 100 });
    assert.equal(progressOf([]), null);
  });

  it('have start and end times, and the running one is the phase', () => {
    const begun = stepsAfter(steps({ id: 'a', label: 'Load' }, { id: 'b' }), { id: 'a' }, t0);
    assert.equal(phaseOf(begun), 'Load');
    const [a] = stepsAfter(begun, { id: 'a', progress: 1 }, t0 + 5000);
    assert.deepEqual(
      [a?.status, a?.startedAt, a?.endedAt],
      ['completed', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:05.000Z'],
    );
    assert.equal(phaseOf(stepsAfter(begun, { id: 'a', progress: 1 }, t0)), null);
  });

  it('count as done if they are skipped, but have no start time', () => {
    const all = stepsAfter(steps({ id: 'a' }, { id: 'b' }), { id: 'a', status: 'skipped' }, t0);
    assert.deepEqual(progressOf(all), { current: 50, total: 100 });
    assert.equal(all[0]?.startedAt, null);
  });

  it('with parts have the progress of these, at any depth', () => {
    let all = steps(
      { id: 'a' },
      { id: 'a1', parentId: 'a' },
      { id: 'a2', parentId: 'a' },
      { id: 'a21', parentId: 'a2' },
    );
    all = stepsAfter(all, { id: 'a21', progress: 0.5 }, t0);
    assert.deepEqual(
      all.map(({ id, progress, status }) => [id, progress, status]),
      [
        ['a', 0.25, 'running'],
        ['a1', 0, 'pending'],
        ['a2', 0.5, 'running'],
        ['a21', 0.5, 'running'],
      ],
    );
    all = stepsAfter(stepsAfter(all, { id: 'a21', status: 'failed' }, t0 + 1), { id: 'a1', progress: 1 }, t0 + 2);
    assert.equal(all[0]?.status, 'failed');
    assert.equal(all[0]?.endedAt, new Date(t0 + 2).toISOString());
  });

  it('keep their progress when declared again; with replace, the others are removed', () => {
    const before = stepsAfter(steps({ id: 'a' }, { id: 'b' }), { id: 'a', progress: 0.5 }, t0);
    assert.deepEqual(
      declared(before, [{ id: 'c' }]).map(({ id }) => id),
      ['a', 'b', 'c'],
    );
    const [only, ...others] = declared(before, [{ id: 'a', label: 'A' }], true);
    assert.deepEqual([only?.label, only?.progress, others.length], ['A', 0.5, 0]);
  });

  it('are refused if unknown, with a list of the known ones', () => {
    assert.throws(() => stepsAfter(steps({ id: 'a' }, { id: 'b' }), { id: 'x' }, t0), {
      code: 'UNKNOWN_STEP',
      params: { step: 'x', steps: 'a, b' },
    });
    assert.throws(() => steps({ id: 'a', parentId: 'x' }), { code: 'UNKNOWN_STEP' });
    assert.throws(() => steps({ id: 'a', parentId: 'b' }, { id: 'b', parentId: 'a' }), { code: 'INVALID_REQUEST' });
  });

  it('are limited to a thousand', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `s${n}` }));
    const all = declared([], many(1000));
    assert.equal(all.length, 1000);
    assert.throws(() => declared(all, [{ id: 'more' }]), {
      code: 'INVALID_REQUEST',
      params: { steps: 1001, limit: 1000 },
    });
  });

  it('end with the job if they are running', () => {
    const all = stepsAfter(steps({ id: 'a' }, { id: 'b' }), { id: 'a', progress: 0.2 }, t0);
    assert.deepEqual(
      ended(all, 'failed', t0).map(({ status, progress }) => [status, progress]),
      [
        ['failed', 0.2],
        ['pending', 0],
      ],
    );
    assert.equal(ended(all, 'completed', t0)[0]?.progress, 1);
  });

  it('are never reset by a late report', () => {
    const all = stepsAfter(steps({ id: 'a' }), { id: 'a', progress: 0.8 }, t0);
    assert.equal(stepsAfter(all, { id: 'a', progress: 0.3 }, t0, true)[0]?.progress, 0.8);
    assert.equal(stepsAfter(all, { id: 'a', status: 'pending' }, t0, true)[0]?.status, 'running');
    assert.equal(stepsAfter(all, { id: 'a', progress: 0.3 }, t0)[0]?.progress, 0.3);
  });

  it('always add up to between nothing and everything', () => {
    const report = fc.record(
      {
        id: fc.constantFrom('a', 'b', 'c', 'd'),
        progress: fc.double({ min: 0, max: 1, noNaN: true }),
        status: fc.constantFrom('pending', 'running', 'completed', 'failed', 'skipped'),
      },
      { requiredKeys: ['id'] },
    );
    fc.assert(
      fc.property(fc.array(report), fc.boolean(), (reports, late) => {
        let all = steps({ id: 'a' }, { id: 'b', weight: 5 }, { id: 'c', parentId: 'a' }, { id: 'd', parentId: 'c' });
        for (const one of reports) {
          const { id, ...rest } = one;
          all = stepsAfter(all, { id, ...(rest as object) }, t0, late);
        }
        const current = progressOf(all)?.current ?? -1;
        assert.ok(current >= 0 && current <= 100, String(current));
        for (const step of all) {
          assert.ok(step.progress >= 0 && step.progress <= 1);
          assert.equal(step.endedAt !== null, ['completed', 'failed', 'skipped'].includes(step.status));
        }
      }),
    );
  });
});
