import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pageActions, readPageMessage, readPageState } from '../../../shared/panel.ts';

describe('messages from a page', () => {
  it('are accepted if they are valid', () => {
    const messages = [
      { type: 'ready' },
      { type: 'action', requestId: 4, action: 'cancel', jobId: null, attempt: null, stepId: null },
      { type: 'action', requestId: 5, action: 'openLog', jobId: null, attempt: 2, stepId: null },
      { type: 'action', requestId: 6, action: 'showJob', jobId: 'j0', attempt: null, stepId: null },
      { type: 'action', requestId: 7, action: 'rerunFromStep', jobId: null, attempt: null, stepId: 'charge' },
      { type: 'selectAttempt', attempt: 1 },
      { type: 'selectAttempt', attempt: null },
      { type: 'shown', seq: 12 },
    ];
    for (const message of messages) assert.deepEqual(readPageMessage(message), message);
  });

  it('can have any action', () => {
    for (const action of pageActions) assert.notEqual(readPageMessage({ type: 'action', requestId: 1, action }), null);
  });

  it('are rejected if any field is invalid', () => {
    const wrong = [
      undefined,
      null,
      'ready',
      [],
      {},
      { type: 'toString' },
      { type: ['ready'] },
      { type: 'action', requestId: 1, action: 'toString' },
      { type: 'action', requestId: 1, action: 'rm' },
      { type: 'action', action: 'cancel' },
      { type: 'action', requestId: -1, action: 'cancel' },
      { type: 'action', requestId: 1.5, action: 'cancel' },
      { type: 'action', requestId: '1', action: 'cancel' },
      { type: 'action', requestId: 1, action: 'showJob', jobId: 7 },
      { type: 'action', requestId: 1, action: 'showJob', jobId: '' },
      { type: 'action', requestId: 1, action: 'showJob', jobId: 'x'.repeat(300) },
      { type: 'action', requestId: 1, action: 'openLog', attempt: 0 },
      { type: 'action', requestId: 1, action: 'rerunFromStep', stepId: '' },
      { type: 'action', requestId: 1, action: 'rerunFromStep', stepId: ['charge'] },
      { type: 'selectAttempt', attempt: 'latest' },
      { type: 'selectAttempt', attempt: Number.NaN },
      { type: 'shown' },
      { type: 'shown', seq: Number.POSITIVE_INFINITY },
    ];
    for (const message of wrong) assert.equal(readPageMessage(message), null, JSON.stringify(message));
  });

  it('lose unknown fields', () => {
    assert.deepEqual(readPageMessage({ type: 'ready', command: 'workbench.action.quit' }), { type: 'ready' });
    const message = { type: 'action', requestId: 1, action: 'cancel', args: ['x'], jobId: null, attempt: null };
    assert.deepEqual(Object.keys(readPageMessage(message) ?? {}).sort(), [
      'action',
      'attempt',
      'jobId',
      'requestId',
      'stepId',
      'type',
    ]);
  });

  it('never make the parser throw', () => {
    const fields = { type: fc.constantFrom('ready', 'action', 'selectAttempt', 'shown') };
    const any = { requestId: fc.anything(), action: fc.anything(), jobId: fc.anything(), attempt: fc.anything() };
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ ...fields, ...any, seq: fc.anything() })), (value) => {
        readPageMessage(value);
        readPageState(value);
      }),
    );
  });
});

describe('the kept state of a page', () => {
  it('is restored', () => {
    const state = { jobId: 'j1', attempt: 2, open: ['raw-input'], tab: 'timeline', wrap: true };
    assert.deepEqual(readPageState(state), state);
  });

  it('is null without a job', () => {
    for (const state of [undefined, null, {}, { jobId: 3 }, { jobId: '' }, 'j1'])
      assert.equal(readPageState(state), null);
  });

  it('loses invalid parts, but not the job', () => {
    assert.deepEqual(readPageState({ jobId: 'j1', attempt: 'x', open: ['a', 7], tab: 3, wrap: 'yes' }), {
      jobId: 'j1',
      attempt: null,
      open: ['a'],
      tab: null,
      wrap: false,
    });
  });
});
