import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { mergeSteps, readGraphqlTrace, readTrace, toSteps } from '../../../../../daemon/engines/inngest/runs/trace.ts';
import { recorded } from '../../../../engines/inngest/recorded.ts';

const v2 = (name: string) => readTrace(recorded(name).response) ?? assert.fail('no trace');
const graph = (name: string) => readGraphqlTrace(recorded(name).response) ?? assert.fail('no trace');
const shown = (steps: ReturnType<typeof v2>['steps']) =>
  steps.map(({ label, kind, status }) => `${label} ${kind} ${status}`);
const same = (at: number) => at;

/** A trace of a run with a step that failed so many times. */
const failing = (attempts: number, root: object, last = 'FAILED') => {
  const span = (index: number) => ({
    ...{ id: `${index}`, name: 'boom', stepId: 'hash', stepOp: 'RUN', queuedAt: '2026-11-22T01:00:00Z' },
    status: index === attempts - 1 ? last : 'FAILED',
    startedAt: `2026-11-22T01:00:0${index}Z`,
    endedAt: `2026-11-22T01:00:0${index}.5Z`,
    output: last === 'COMPLETED' && index === attempts - 1 ? { data: 5 } : { name: 'Error', message: `boom ${index}` },
  });
  return {
    data: { rootSpan: { status: 'RUNNING', ...root, children: Array.from({ length: attempts }, (_, n) => span(n)) } },
  };
};

describe('the steps of a run of Inngest', () => {
  it('are those with an operation, in the order in which they began', () => {
    assert.deepEqual(shown(v2('v2 trace done').steps), [
      ...['first run completed', 'pause sleep completed', 'second run completed'],
    ]);
    assert.deepEqual(shown(v2('v2 trace mid-run').steps), ['first run completed', 'pause sleep running']);
  });

  it('are those of both traces, since each leaves something out', () => {
    const steps = mergeSteps(v2('v2 trace mid-run').steps, graph('gql trace mid-run').steps);
    assert.deepEqual(shown(steps), ['first run completed', 'pause sleep running']);
    assert.equal(steps[1]?.until, Date.parse('2026-11-22T01:46:36.973Z'));
    // The GraphQL trace of the same run has no `first`.
    assert.deepEqual(shown(graph('gql trace mid-run').steps), ['pause sleep running']);
  });

  it('are tried again: one step, with the attempts and the latest error', () => {
    const [step, ...others] = readTrace(failing(3, {}))?.steps ?? [];
    assert.equal(others.length, 0);
    assert.deepEqual([step?.status, step?.attempts, step?.error?.message], ['running', 3, 'boom 2']);
    assert.equal(step?.startedAt, Date.parse('2026-11-22T01:00:00Z'));
  });

  it('fail when the run is over, and have no error when the last attempt succeeded', () => {
    const over = { status: 'FAILED', endedAt: '2026-11-22T01:00:09Z' };
    assert.equal(readTrace(failing(2, over))?.steps[0]?.status, 'failed');
    const [step] = readTrace(failing(2, {}, 'COMPLETED'))?.steps ?? [];
    assert.deepEqual([step?.status, step?.attempts, step?.error, step?.output], ['completed', 2, null, 5]);
  });

  it('that ran when everything ended are skipped', () => {
    const { response } = recorded('v2 trace mid-run') as { response: { data: { rootSpan: object } } };
    Object.assign(response.data.rootSpan, { status: 'CANCELLED', endedAt: '2026-11-22T01:46:36Z' });
    assert.deepEqual(shown(readTrace(response)?.steps ?? []), ['first run completed', 'pause sleep skipped']);
  });

  it('count attempts by GraphQL while a retry is due', () => {
    const [step] = graph('gql trace while waiting for a retry').steps;
    // The second one is queued, and has not begun.
    assert.deepEqual([step?.label, step?.status, step?.attempts], ['boom', 'running', 1]);
  });

  it('are told a failure of the function outside of them', () => {
    const child = {
      name: 'executor.nonstep',
      status: 'FAILED',
      output: { message: 'bad' },
      queuedAt: '2026-11-22T01:00:00Z',
    };
    const root = { status: 'FAILED', endedAt: '2026-11-22T01:00:01Z', children: [child] };
    const trace = readTrace({ data: { rootSpan: root } });
    assert.deepEqual(shown(trace?.steps ?? []), ['Function function failed']);
    assert.equal(trace?.steps[0]?.error?.message, 'bad');
  });

  it('are told with times by this machine’s clock, and a sleep with its end', () => {
    const steps = mergeSteps(v2('v2 trace mid-run').steps, graph('gql trace mid-run').steps);
    const [first, pause] = toSteps(steps, (at) => at - 60_000);
    assert.deepEqual([first?.startedAt, first?.progress, first?.weight], ['2026-11-22T01:45:34.960Z', 1, 1]);
    assert.deepEqual(pause?.output, { until: '2026-11-22T01:45:36.973Z' });
  });

  it('come with the events and the result', () => {
    const trace = v2('v2 trace done');
    assert.deepEqual(trace.events, [{ data: { pause: '2s' }, id: 'order-1', name: 'demo/steps', ts: 1795311994674 }]);
    assert.deepEqual([trace.output, trace.ended, trace.failed], [{ b: { n: 2 }, done: true }, true, false]);
  });

  it('have what they returned, also where the server wraps it', () => {
    const step = (output: unknown) => ({ ...{ stepId: 's', stepOp: 'RUN', status: 'COMPLETED' }, output });
    const returned = (output: unknown) =>
      readTrace({ data: { rootSpan: { status: 'RUNNING', children: [step(output)] } } })?.steps[0]?.output;
    assert.deepEqual([returned({ data: 5 }), returned({ data: [1] }), returned({ data: null })], [5, [1], null]);
    // An object is never wrapped, so this is what was returned.
    assert.deepEqual([returned({ data: { a: 1 } }), returned({ a: 1 })], [{ data: { a: 1 } }, { a: 1 }]);
  });

  it('are bounded, however many and however deep', () => {
    const span = (name: string, children: unknown[]) => ({
      name,
      stepId: name,
      stepOp: 'RUN',
      status: 'COMPLETED',
      children,
    });
    const wide = Array.from({ length: 10_000 }, (_, index) => span(`s${index}`, []));
    assert.equal(readTrace({ data: { rootSpan: { status: 'RUNNING', children: wide } } })?.steps.length, 500);
    let deep = span('bottom', []);
    for (let depth = 0; depth < 5_000; depth++) deep = span(`d${depth}`, [deep]);
    assert.ok((readTrace({ data: { rootSpan: { status: 'RUNNING', children: [deep] } } })?.steps.length ?? 99) < 20);
  });

  it('keep of a large output its size and its beginning', () => {
    const span = (size: number) => ({
      ...{ stepId: `${size}`, stepOp: 'RUN', status: 'COMPLETED' },
      output: { data: 'x'.repeat(size) },
    });
    const children = [span(100), span(1 << 20)];
    const steps = toSteps(readTrace({ data: { rootSpan: { status: 'RUNNING', children } } })?.steps ?? [], same);
    assert.equal(steps[0]?.output, 'x'.repeat(100));
    const { beginning, ...cut } = (steps[1] ?? assert.fail('no step')).output as { beginning: string };
    assert.deepEqual([cut, beginning.length], [{ cut: true, characters: (1 << 20) + 2 }, 1_000]);
  });

  it('of a form nobody has thought of do no harm', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        const root = {
          status: 'RUNNING',
          children: [any, { stepOp: 'RUN', name: any, stepId: any, children: any }],
          input: any,
        };
        for (const body of [any, { data: { rootSpan: root, run: { trace: root } } }]) {
          toSteps(readTrace(body)?.steps ?? [], same);
          toSteps(readGraphqlTrace(body)?.steps ?? [], same);
        }
      }),
    );
  });
});
