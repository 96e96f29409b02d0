import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { errorOf, eventOf, type LifeEvent, nextStatus, outcomeOf } from '../../../../daemon/jobs/life/life.ts';
import { JobStatus } from '../../../../shared/job.ts';
import { isTerminal } from '../../../../shared/status.ts';

const status = fc.constantFrom(...JobStatus.enum);
const event = fc.constantFrom<LifeEvent>(
  'hold',
  'release',
  'start',
  'retry',
  'retryLater',
  'complete',
  'fail',
  'cancel',
  'lose',
);

/** The status after all events, ignoring events that change nothing. */
function live(from: JobStatus, events: LifeEvent[]): JobStatus {
  return events.reduce((now, next) => nextStatus(now, next) ?? now, from);
}

describe('the life of a job', () => {
  it('leaves a terminal status only by a new attempt', () => {
    const withoutRetry = event.filter((one) => one !== 'retry');
    fc.assert(
      fc.property(status.filter(isTerminal), fc.array(withoutRetry), (from, events) => {
        assert.equal(live(from, events), from);
      }),
    );
  });

  it('begins a new attempt only from a terminal status, as pending', () => {
    fc.assert(
      fc.property(status, (from) => assert.equal(nextStatus(from, 'retry'), isTerminal(from) ? 'pending' : null)),
    );
  });

  it('can always end, and be retried after that', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const now = live('pending', events);
        assert.ok(isTerminal(now) || isTerminal(live(now, ['cancel'])));
        assert.equal(live(now, ['cancel', 'retry']), 'pending');
      }),
    );
  });

  it('runs only pending jobs', () => {
    for (const from of JobStatus.enum) {
      assert.equal(nextStatus(from, 'start'), from === 'pending' ? 'running' : null, from);
    }
  });

  it('never starts a held job, but can cancel it', () => {
    assert.equal(live('pending', ['hold', 'start']), 'waiting');
    assert.equal(live('pending', ['hold', 'cancel']), 'cancelled');
    assert.equal(live('pending', ['hold', 'release', 'start']), 'running');
  });
});

describe('the end of an attempt', () => {
  it('is success with exit code 0, even if a cancel came too late', () => {
    assert.equal(outcomeOf({ exitCode: 0 }, true), 'completed');
    assert.equal(outcomeOf({ exitCode: 0 }, false), 'completed');
  });

  it('is cancelled with any other exit code after a cancel, otherwise failed', () => {
    const exitCode = fc.option(fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(exitCode, fc.boolean(), (code, cancelRequested) => {
        assert.equal(outcomeOf({ exitCode: code }, cancelRequested), cancelRequested ? 'cancelled' : 'failed');
      }),
    );
  });

  it('leads from pending and from running to the status of the same name', () => {
    for (const outcome of ['completed', 'failed', 'cancelled'] as const) {
      assert.equal(nextStatus('pending', eventOf[outcome]), outcome);
      assert.equal(nextStatus('running', eventOf[outcome]), outcome);
    }
  });

  it('has the error of its engine, or else the signal or exit code', () => {
    const ending = { exitCode: null, signal: null, endedAt: 0, error: null };
    const own = { code: 'COMMAND_NOT_FOUND', message: 'There is no foo.', hint: 'Install it.', details: null };

    assert.deepEqual(errorOf({ ...ending, exitCode: 127, error: own }), own);
    assert.equal(errorOf({ ...ending, exitCode: 137, signal: 'SIGKILL' }).code, 'SIGNAL');
    assert.equal(errorOf({ ...ending, exitCode: 3 }).code, 'EXIT_CODE');
    assert.match(errorOf({ ...ending, exitCode: 3 }).message, /exit code 3/);
    assert.equal(errorOf(ending).code, 'NO_EXIT_STATUS');
  });
});
