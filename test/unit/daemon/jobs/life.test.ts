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

/** The status after all events, those that change nothing left out. */
function live(from: JobStatus, events: LifeEvent[]): JobStatus {
  return events.reduce((now, next) => nextStatus(now, next) ?? now, from);
}

describe('the life of a job', () => {
  it('leaves a terminal status only by a new attempt, whatever happens', () => {
    const withoutRetry = event.filter((one) => one !== 'retry');
    fc.assert(
      fc.property(status.filter(isTerminal), fc.array(withoutRetry), (from, events) => {
        assert.equal(live(from, events), from);
      }),
    );
  });

  it('begins a new attempt only from a terminal status, and as pending', () => {
    fc.assert(
      fc.property(status, (from) => assert.equal(nextStatus(from, 'retry'), isTerminal(from) ? 'pending' : null)),
    );
  });

  it('can always come to an end, and from there be retried', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const now = live('pending', events);
        assert.ok(isTerminal(now) || isTerminal(live(now, ['cancel'])));
        assert.equal(live(now, ['cancel', 'retry']), 'pending');
      }),
    );
  });

  it('runs only what was pending', () => {
    for (const from of JobStatus.enum) {
      assert.equal(nextStatus(from, 'start'), from === 'pending' ? 'running' : null, from);
    }
  });

  it('never starts a job that is held back, but can cancel it', () => {
    assert.equal(live('pending', ['hold', 'start']), 'waiting');
    assert.equal(live('pending', ['hold', 'cancel']), 'cancelled');
    assert.equal(live('pending', ['hold', 'release', 'start']), 'running');
  });
});

describe('an ending', () => {
  it('is success with exit 0, even when a cancel came too late to matter', () => {
    assert.equal(outcomeOf({ exitCode: 0 }, true), 'completed');
    assert.equal(outcomeOf({ exitCode: 0 }, false), 'completed');
  });

  it('is a cancel with any other exit after a cancel, otherwise a failure', () => {
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

  it('says why it is a failure: as the engine says, else by signal or exit code', () => {
    const ending = { exitCode: null, signal: null, endedAt: 0, error: null };
    const own = { code: 'COMMAND_NOT_FOUND', message: 'There is no foo.', hint: 'Install it.', details: null };

    assert.deepEqual(errorOf({ ...ending, exitCode: 127, error: own }), own);
    assert.equal(errorOf({ ...ending, exitCode: 137, signal: 'SIGKILL' }).code, 'SIGNAL');
    assert.equal(errorOf({ ...ending, exitCode: 3 }).code, 'EXIT_CODE');
    assert.match(errorOf({ ...ending, exitCode: 3 }).message, /exit code 3/);
    assert.equal(errorOf(ending).code, 'NO_EXIT_STATUS');
  });
});
