import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  mergeSteps,
  readGraphqlTrace,
  readTrace,
  toSteps,
} from '../../../../../../daemon/engines/inngest/runs/trace.ts';
import { recorded } from '../../../../../engines/inngest/recorded.ts';

const v2 = (name: string) => readTrace(recorded(name).response) ?? assert.fail('no trace');
const graph = (name: string) => readGraphqlTrace(recorded(name).response) ?? assert.fail('no trace');
const shown = (steps: ReturnType<typeof v2>['steps']) =>
  steps.map(({ label, kind, status }) => `${label} ${kind} ${status}`);
const same = (at: number) => at;

/** The trace of a run with a step that was attempted this many times. */
const failing = (attempts: number, root: object, last = 'FAILED') => {
  const span = (index: number) => ({
    id: `${index}`,
    name: 'boom',
    stepId: 'hash',
    stepOp: 'RUN',
    queuedAt: '2026-11-22T01:00:00Z',
    status: index === attempts - 1 ? last : 'FAILED',
    startedAt: `2026-11-22T01:00:0${index}Z`,
    endedAt: `2026-11-22T01:00:0${index}.5Z`,
    output: last === 'COMPLETED' && index === attempts - 1 ? { data: 5 } : { name: 'Error', message: `boom ${index}` },
  });
  return {
    data: { rootSpan: { status: 'RUNNING', ...root, children: Array.from({ length: attempts }, (_, n) => span(n)) } },
  };
};

describe('the steps of an Inngest run', () => {
  it('are the spans with an operation, in the order of their start', () => {
    assert.deepEqual(shown(v2('v2 trace done').steps), [
      'first run completed',
      'pause sleep completed',
      'second run completed',
    ]);
    assert.deepEqual(shown(v2('v2 trace mid-run').steps), ['first run completed', 'pause sleep running']);
  });

  it('are merged from both traces, because each omits some', () => {
    const steps = mergeSteps(v2('v2 trace mid-run').steps, graph('gql trace mid-run').steps);
    assert.deepEqual(shown(steps), ['first run completed', 'pause sleep running']);
    assert.equal(steps[1]?.until, Date.parse('2026-11-22T01:46:36.973Z'));
    // The GraphQL trace of the same run has no `first`.
    assert.deepEqual(shown(graph('gql trace mid-run').steps), ['pause sleep running']);
  });

  it('include a retried step once, with its attempts and the latest error', () => {
    const [step, ...others] = readTrace(failing(3, {}))?.steps ?? [];
    assert.equal(others.length, 0);
    assert.deepEqual([step?.status, step?.attempts, step?.error?.message], ['running', 3, 'boom 2']);
    assert.equal(step?.startedAt, Date.parse('2026-11-22T01:00:00Z'));
  });

  it('are failed once the run has failed, and have no error if the last attempt succeeded', () => {
    const over = { status: 'FAILED', endedAt: '2026-11-22T01:00:09Z' };
    assert.equal(readTrace(failing(2, over))?.steps[0]?.status, 'failed');
    const [step] = readTrace(failing(2, {}, 'COMPLETED'))?.steps ?? [];
    assert.deepEqual([step?.status, step?.attempts, step?.error, step?.output], ['completed', 2, null, 5]);
  });

  it('that were running when the run ended are skipped', () => {
    const { response } = recorded('v2 trace mid-run') as { response: { data: { rootSpan: object } } };
    Object.assign(response.data.rootSpan, { status: 'CANCELLED', endedAt: '2026-11-22T01:46:36Z' });
    assert.deepEqual(shown(readTrace(response)?.steps ?? []), ['first run completed', 'pause sleep skipped']);
  });

  it('have the attempts from GraphQL while a retry is due', () => {
    const [step] = graph('gql trace while waiting for a retry').steps;
    // The second attempt is queued.
    assert.deepEqual([step?.label, step?.status, step?.attempts], ['boom', 'running', 1]);
  });

  it('include a failure of the function outside its steps', () => {
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

  it('have times by the local clock, and the end of a sleep', () => {
    const steps = mergeSteps(v2('v2 trace mid-run').steps, graph('gql trace mid-run').steps);
    const [first, pause] = toSteps(steps, (at) => at - 60_000);
    assert.deepEqual([first?.startedAt, first?.progress, first?.weight], ['2026-11-22T01:45:34.960Z', 1, 1]);
    assert.deepEqual(pause?.output, { until: '2026-11-22T01:45:36.973Z' });
  });

  it('are read with the events and the result', () => {
    const trace = v2('v2 trace done');
    assert.deepEqual(trace.events, [{ data: { pause: '2s' }, id: 'order-1', name: 'demo/steps', ts: 1795311994674 }]);
    assert.deepEqual([trace.output, trace.ended, trace.failed], [{ b: { n: 2 }, done: true }, true, false]);
  });

  it('have their output without the wrapping of the server', () => {
    const step = (output: unknown) => ({ stepId: 's', stepOp: 'RUN', status: 'COMPLETED', output });
    const returned = (output: unknown) =>
      readTrace({ data: { rootSpan: { status: 'RUNNING', children: [step(output)] } } })?.steps[0]?.output;
    assert.deepEqual([returned({ data: 5 }), returned({ data: [1] }), returned({ data: null })], [5, [1], null]);
    // Objects are never wrapped.
    assert.deepEqual([returned({ data: { a: 1 } }), returned({ a: 1 })], [{ data: { a: 1 } }, { a: 1 }]);
  });

  it('are limited in number and depth', () => {
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

  it('keep the size and the beginning of a large output', () => {
    const span = (size: number) => ({
      stepId: `${size}`,
      stepOp: 'RUN',
      status: 'COMPLETED',
      output: { data: 'x'.repeat(size) },
    });
    const children = [span(100), span(1 << 20)];
    const steps = toSteps(readTrace({ data: { rootSpan: { status: 'RUNNING', children } } })?.steps ?? [], same);
    assert.equal(steps[0]?.output, 'x'.repeat(100));
    const { beginning, ...cut } = (steps[1] ?? assert.fail('no step')).output as { beginning: string };
    assert.deepEqual([cut, beginning.length], [{ cut: true, characters: (1 << 20) + 2 }, 1_000]);
  });

  it('of an unexpected form cause no errors', () => {
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
