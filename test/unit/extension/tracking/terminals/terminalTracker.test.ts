import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Emitter } from '../../../../../extension/base/event.ts';
import { untranslated as t } from '../../../../../extension/base/text.ts';
import {
  type Foreground,
  foregroundOf,
  readPs,
  readStat,
} from '../../../../../extension/tracking/terminals/foreground.ts';
import {
  type ShellExecution,
  TerminalTracker,
  type TrackedTerminal,
} from '../../../../../extension/tracking/terminals/terminalTracker.ts';
import type { TrackedJob, TrackedOutcome } from '../../../../../extension/tracking/trackedJob.ts';
import type { StartRequest } from '../../../../../shared/reporting.ts';

interface Shown {
  request: StartRequest;
  stop(): void;
  outcome: TrackedOutcome | null;
}

/** Terminals in which a test starts and ends commands. Commands are tracked after five seconds. */
class Desk {
  foreground: Foreground = 'busy';
  after: number | null = 5_000;
  task: number | null = null;
  readonly shown: Shown[] = [];
  readonly typed: string[] = [];
  readonly start = new Emitter<{ terminal: TrackedTerminal; execution: ShellExecution }>();
  readonly end = new Emitter<{ execution: ShellExecution; exitCode: number | undefined }>();
  readonly close = new Emitter<TrackedTerminal>();
  readonly tracker: TerminalTracker<TrackedTerminal>;
  readonly terminal: TrackedTerminal = {
    name: 'bash',
    processId: Promise.resolve(77),
    sendText: (text) => void this.typed.push(text),
  };

  constructor() {
    this.tracker = new TerminalTracker(
      {
        t,
        tracking: {
          start: (request, { stop }) => {
            const shown: Shown = { request, stop, outcome: null };
            this.shown.push(shown);
            const end = async (outcome: TrackedOutcome) => {
              shown.outcome ??= outcome;
            };
            return { end } as unknown as TrackedJob;
          },
        },
        trackAfter: () => this.after,
        foregroundOf: async () => this.foreground,
        isTask: (pid) => pid === this.task,
        folderOf: () => '/home/me/project',
      },
      { onDidStart: this.start.event, onDidFinish: this.end.event, onDidClose: this.close.event },
    );
  }

  runs(value: string, isTrusted = true): ShellExecution {
    const execution = { commandLine: { value, isTrusted }, cwd: { scheme: 'file', fsPath: '/home/me/project/src' } };
    this.start.fire({ terminal: this.terminal, execution });
    return execution;
  }

  ends(execution: ShellExecution, exitCode: number | undefined): void {
    this.end.fire({ execution, exitCode });
  }
}

/** Advances the clock and lets due work run. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    mock.timers.tick(1_000);
    for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
  }
}

describe('a command of a terminal', () => {
  let desk: Desk;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2025-06-01T12:00:00.000Z') });
    desk = new Desk();
  });
  afterEach(() => {
    desk.tracker.dispose();
    mock.timers.reset();
  });

  it('becomes a job after the configured time, with its actual start and reported outcome', async () => {
    const execution = desk.runs('make all');
    await pass(4);
    assert.equal(desk.shown.length, 0);
    await pass(2);
    assert.deepEqual(desk.shown[0]?.request, {
      title: 'make all',
      type: 'terminal',
      cwd: '/home/me/project/src',
      workspace: '/home/me/project',
      commandLine: 'make all',
      metadata: { source: 'terminal', terminal: 'bash', shellPid: 77, startedAt: '2025-06-01T12:00:00.000Z' },
    });
    await pass(60);
    desk.ends(execution, 2);
    assert.equal(desk.shown.length, 1);
    const { outcome } = desk.shown[0] ?? {};
    assert.deepEqual([outcome?.kind, outcome?.message], ['fail', 'It ended with exit code 2.']);
  });

  for (const [exitCode, outcome] of [
    [0, { kind: 'complete', result: { exitCode: 0 } }],
    [130, { kind: 'fail', message: 'It was interrupted with Ctrl+C.', cancelled: true }],
  ] as const) {
    it(`with exit code ${exitCode} is ${outcome.kind === 'fail' ? 'cancelled' : 'completed'}`, async () => {
      const execution = desk.runs('make');
      await pass(6);
      desk.ends(execution, exitCode);
      assert.deepEqual(desk.shown[0]?.outcome, outcome);
    });
  }

  it('does not become a job if it is short', async () => {
    desk.ends(desk.runs('ls'), 0);
    await pass(60);
    assert.deepEqual(desk.shown, []);
  });

  it('does not become a job if turned off, if it creates jobs itself, or if it is empty', async () => {
    desk.after = null;
    desk.runs('make');
    await pass(60);
    desk.after = 5_000;
    desk.runs('npx jobdeck run -- make');
    await pass(60);
    desk.runs('  ');
    await pass(60);
    assert.deepEqual(desk.shown, []);
  });

  it('is not tracked twice if it is a task', async () => {
    desk.task = 77;
    const execution = desk.runs('npm run build');
    await pass(60);
    desk.ends(execution, 0);
    assert.deepEqual(desk.shown, []);
  });

  it('can’t be run again if its command line is not verified', async () => {
    desk.runs('make all', false);
    await pass(6);
    assert.deepEqual([desk.shown[0]?.request.title, desk.shown[0]?.request.commandLine], ['make all', undefined]);
  });

  it('is reported only after its end if the system can’t confirm that it runs', async () => {
    for (const foreground of ['prompt', 'unknown'] as const) {
      desk.foreground = foreground;
      const before = desk.shown.length;
      const execution = desk.runs('make');
      await pass(120);
      assert.equal(desk.shown.length, before);
      desk.ends(execution, 0);
      assert.deepEqual(desk.shown[before]?.outcome, { kind: 'complete', result: { exitCode: 0 } });
    }
  });

  it('has an unknown outcome if its end was missed and nothing runs', async () => {
    desk.runs('make');
    await pass(6);
    desk.foreground = 'prompt';
    await pass(10);
    assert.equal(desk.shown[0]?.outcome, null);
    await pass(10);
    notSeen(/Nothing is running in its terminal anymore\. Its outcome is unknown/);
  });

  it('survives one check that misses it', async () => {
    desk.runs('make');
    await pass(6);
    for (const foreground of ['prompt', 'busy', 'prompt', 'busy'] as const) {
      desk.foreground = foreground;
      await pass(10);
    }
    assert.equal(desk.shown[0]?.outcome, null);
  });

  it('has an unknown outcome if its end was missed and another one starts or the terminal is closed', async () => {
    desk.runs('make');
    await pass(6);
    desk.runs('make install');
    notSeen(/is running another command\. Its outcome is unknown/);
    await pass(6);
    desk.close.fire(desk.terminal);
    assert.equal(desk.shown[1]?.outcome?.kind === 'fail' && desk.shown[1].outcome.code, 'ENDING_NOT_SEEN');
    await pass(60);
    assert.equal(desk.shown.length, 2);
  });

  it('has an unknown outcome if the shell reports no exit code', async () => {
    const execution = desk.runs('make');
    await pass(6);
    desk.ends(execution, undefined);
    notSeen(/reported no exit code/);
  });

  it('is interrupted when its job is cancelled', async () => {
    desk.runs('make');
    await pass(6);
    desk.shown[0]?.stop();
    assert.deepEqual(desk.typed, ['\u0003']);
  });

  function notSeen(sentence: RegExp): void {
    const outcome = desk.shown[0]?.outcome;
    assert.equal(outcome?.kind, 'fail');
    assert.equal(outcome.code, 'ENDING_NOT_SEEN');
    assert.match(outcome.message, sentence);
  }
});

describe('the foreground of a terminal', () => {
  it('is read from /proc, whatever the shell is called', () => {
    assert.equal(readStat('77 (my) (sh) S 1 77 77 34816 90 4194304 1'), 'busy');
    assert.equal(readStat('77 (bash) S 1 77 77 34816 77 4194304 1'), 'prompt');
    assert.equal(readStat('77 (node) S 1 77 77 0 -1 4194304 1'), 'unknown');
  });

  it('is read from the output of ps', () => {
    assert.equal(readPs('   77    90\n'), 'busy');
    assert.equal(readPs('   77    77\n'), 'prompt');
    assert.equal(readPs(''), 'unknown');
  });

  it('is unknown for a missing process, and on Windows', async () => {
    assert.equal(await foregroundOf(2 ** 22 + 1), 'unknown');
    assert.equal(await foregroundOf(process.pid, 'win32'), 'unknown');
  });
});
