import assert from 'node:assert/strict';
import { Emitter } from '../../../../../extension/base/event.ts';
import { untranslated as t } from '../../../../../extension/base/text.ts';
import type { ConnectionState, DaemonAccess } from '../../../../../extension/daemon/access.ts';
import { JobsModel } from '../../../../../extension/daemon/jobsModel.ts';
import { LogPty } from '../../../../../extension/logs/live/logPty.ts';
import { outcomeSentence } from '../../../../../extension/logs/live/outcome.ts';
import { recover } from '../../../../../extension/logs/live/recovery.ts';
import type { DaemonClient, LogChunk } from '../../../../../shared/client/http.ts';
import { JobdeckError } from '../../../../../shared/errors.ts';
import type { Attempt } from '../../../../../shared/job.ts';
import { makeAttempt, makeJob, makeState } from '../../builders.ts';

/** A terminal for a daemon with scripted replies. `shown` resolves when the text has been written. */
function terminal(
  answers: (LogChunk | JobdeckError)[],
  attempt: Attempt = makeAttempt(),
  status: Partial<ConnectionState> = {},
) {
  const job = makeJob({ id: 'j1', attempt: 1 });
  const model = new JobsModel();
  model.replace([job]);
  const states = new Emitter<ConnectionState>();
  const access = {
    state: makeState(status),
    onDidChangeState: states.event,
    client: async () =>
      ({
        readLog: async () => {
          const answer = answers.shift();
          if (answer === undefined) return new Promise<never>(() => {});
          if (answer instanceof JobdeckError) throw answer;
          return answer;
        },
        get: async () => ({ ...job, attempts: [attempt] }),
      }) as unknown as DaemonClient,
  };
  const pty = new LogPty({ access: access satisfies DaemonAccess, model, t, rows: 900 }, { jobId: 'j1', attempt: 1 });
  let output = '';
  const written = new Emitter<void>();
  pty.onDidWrite((text) => {
    output += text;
    written.fire();
  });
  const shown = (text: string) =>
    new Promise<string>((resolve) => {
      const look = () => output.includes(text) && resolve(output);
      written.event(look);
      look();
    });
  const back = () => {
    access.state = makeState();
    states.fire(access.state);
  };
  return { pty, shown, back, text: () => output };
}

const chunk = (text: string, ended = false, offset = 0): LogChunk => {
  const bytes = Buffer.from(text);
  return { offset, bytes, size: offset + bytes.length, ended };
};

describe('a log terminal', () => {
  it('shows the filtered output and the outcome', async () => {
    const { pty, shown } = terminal([chunk('\x1b[31mred\x1b]0;title\x07\n'), chunk('', true, 17)]);
    pty.open();
    assert.equal(await shown('Completed'), '\x1b[31mred\r\n\x1b[0m\r\n\x1b[2mCompleted after 9 min.\x1b[0m\r\n');
  });

  it('explains how to cancel on Ctrl+C, and ignores other input', async () => {
    const { pty, shown, text } = terminal([]);
    pty.open();
    pty.handleInput('ls\r');
    assert.equal(text(), '');
    pty.handleInput('\u0003');
    await shown('Jobdeck: Cancel Job');
  });

  it('shows how much it skips', async () => {
    const { pty, shown } = terminal([chunk('half\nwhole line\n', true, 5_000_000)]);
    const lines: string[] = [];
    pty.onDidSkip((line) => lines.push(line));
    pty.open();
    const text = await shown('Completed');
    const line = '5.0 MB skipped · Open Full Log';
    const [first, last = '', ...more] = lines;
    assert.deepEqual([first, more], [line, []]);
    assert.match(last, /^Completed after .+\. 5\.0 MB skipped · Open Full Log$/);
    assert.ok(text.includes(last), 'the terminal may have dropped the first one');
    assert.ok(text.includes('5.0 MB skipped · Open Full Log\u001b[0m\r\nwhole line\r\n'));
    assert.doesNotMatch(text, /half/);
  });

  it('leaves no colors, cursor position or incomplete sequence behind when it jumps', async () => {
    const flood = { ...chunk('\x1b[31m\x1b[5Ared\x1b]0;title'), size: 20_000_000 };
    const { pty, shown } = terminal([flood, chunk('half\nwhole line\n', true, 19_999_984)]);
    pty.open();
    const text = await shown('Completed');
    const gap = '\x1b[0m\x1b[9999B\r\x1b7\x1b[0m\r\n\x1b[2m20 MB skipped · Open Full Log\x1b[0m\r\n';
    assert.ok(text.startsWith(`\x1b[31m\x1b[5Ared${gap}whole line\r\n`), JSON.stringify(text));
  });

  it('waits for a stopped daemon, shows that once, and continues', async () => {
    const gone = new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'gone', hint: null });
    const answers = [chunk('one\n'), gone, chunk('two\n', true, 4)];
    const { pty, shown, back } = terminal(answers, undefined, { status: 'offline' });
    pty.open();
    await shown('The Jobdeck daemon is not running');
    back();
    const text = await shown('Completed');
    assert.match(text, /one\r\n[\s\S]*not running[\s\S]*two\r\n/);
    assert.equal(text.match(/not running/g)?.length, 1);
  });

  it('shows the error when the log can’t be read', async () => {
    const { pty, shown } = terminal([
      new JobdeckError({ code: 'JOB_NOT_FOUND', message: 'There is no job j1.', hint: 'It was removed.' }),
    ]);
    pty.open();
    await shown('There is no job j1. It was removed.');
  });

  it('writes no control characters of other texts', async () => {
    const { pty, shown } = terminal([
      new JobdeckError({ code: 'JOB_NOT_FOUND', message: 'No job “\x1b]52;c;eA==\x07\x9b6n”.', hint: null }),
    ]);
    pty.open();
    const text = await shown('No job');
    for (const obeyed of ['\x1b]', '\x07', '\x9b']) assert.ok(!text.includes(obeyed));
  });

  it('writes nothing after it is closed', async () => {
    const { pty, text } = terminal([chunk('late\n')]);
    pty.open();
    pty.close();
    await new Promise(setImmediate);
    assert.equal(text(), '');
  });
});

describe('the outcome of an attempt', () => {
  const error = (code: string, message: string, hint: string | null) => ({ code, message, hint, details: null });

  for (const [given, sentence] of [
    [{}, 'Completed after 9 min.'],
    [{ status: 'cancelled', signal: 'SIGTERM' }, 'Cancelled after 9 min.'],
    [
      { status: 'failed', exitCode: 3, error: error('EXIT_CODE', 'x', 'Its log says more.') },
      'Failed after 9 min: exit code 3. Its log says more.',
    ],
    [{ status: 'failed', exitCode: 137, signal: 'SIGKILL' }, 'Failed after 9 min: terminated by SIGKILL.'],
    [
      { status: 'failed', exitCode: 127, error: error('COMMAND_NOT_FOUND', 'There is no program “x”.', 'Install it.') },
      'Failed after 9 min: There is no program “x”. Install it.',
    ],
    [{ status: 'failed', exitCode: null }, 'Failed after 9 min: unknown reason.'],
    [{ status: 'running', endedAt: null }, ''],
  ] as const) {
    it(`is “${sentence}” for ${JSON.stringify(given)}`, () => {
      assert.equal(outcomeSentence(makeAttempt(given), t), sentence);
    });
  }
});

describe('retrying to read a log', () => {
  const ref = { jobId: 'j1', attempt: 1 };
  const early = new JobdeckError({ code: 'ATTEMPT_NOT_FOUND', message: 'not yet', hint: null });
  const going = new AbortController().signal;
  const access = { state: makeState(), onDidChangeState: new Emitter<ConnectionState>().event };

  it('happens as soon as a submitted job changes', async () => {
    const model = new JobsModel();
    model.replace([]);
    const recovered = recover({ access, model }, ref, early, going);
    model.replace([makeJob({ id: 'j1', status: 'pending' })]);
    await recovered;
  });

  it('does not happen if the job ended without that attempt', async () => {
    const model = new JobsModel();
    model.replace([makeJob({ id: 'j1', status: 'cancelled', attempt: 0 })]);
    await assert.rejects(recover({ access, model }, ref, early, going), (error) => error === early);
  });

  it('does not happen for other errors', async () => {
    const defect = new Error('defect');
    await assert.rejects(recover({ access, model: new JobsModel() }, ref, defect, going), (error) => error === defect);
  });

  it('waits for the daemon until aborted', async () => {
    const states = new Emitter<ConnectionState>();
    const away = { state: makeState({ status: 'offline' }), onDidChangeState: states.event };
    const closing = new AbortController();
    const gone = new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'gone', hint: null });
    const waiting = recover({ access: away, model: new JobsModel() }, ref, gone, closing.signal);
    closing.abort(new Error('closed'));
    await assert.rejects(waiting, /abort|closed/i);
  });
});
