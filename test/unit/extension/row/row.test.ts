import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { contextTokens } from '../../../../extension/row/menuTokens.ts';
import { narrowText, renderRow, treeLabel } from '../../../../extension/row/row.ts';
import { renderTooltip, tooltipCommands } from '../../../../extension/row/tooltip.ts';
import { statusLooks } from '../../../../shared/statusLooks.ts';
import { ago, makeJob, now } from '../builders.ts';

const row = (given: Parameters<typeof makeJob>[0]) => renderRow(makeJob(given), now, t);
const error = (code: string, message: string, hint: string | null = null) => ({ code, message, hint, details: null });

describe('a row of the tree', () => {
  for (const [what, given, description] of [
    ['a job that starts', { status: 'pending' }, 'starting…'],
    ['a job that waits', { status: 'waiting', waitReason: 'dependency' }, 'after another job'],
    ['a running job without progress', {}, 'started 10 min ago'],
    ['a running job with a past', { usualMs: 1_500_000 }, 'started 10 min ago · usually 25 min'],
    ['a running job that is late', { usualMs: 60_000 }, 'started 10 min ago · longer than usual (1 min)'],
    [
      'a running job with progress',
      { progress: { current: 12, total: 45, message: null, phase: 'Indexing' } },
      '12/45 · Indexing · about 30 min left',
    ],
    [
      'a running job with only a progress message',
      { progress: { current: 0, total: null, message: 'Reading', phase: null } },
      'Reading',
    ],
    ['a job on its way to be cancelled', { cancelRequestedAt: ago(1) }, 'cancelling…'],
    ['a completed job', { status: 'completed' }, '9 min · 1 min ago'],
    ['a job that failed by its exit code', { status: 'failed', exitCode: 3 }, 'exit code 3 · 1 min ago'],
    [
      'a job whose program said why it failed',
      {
        status: 'failed',
        exitCode: 1,
        error: { ...error('EXIT_CODE', 'Exit code 1.'), headline: { text: 'ValueError: no', place: null } },
      },
      'ValueError: no · 1 min ago',
    ],
    [
      'a job that aborted itself',
      {
        status: 'failed',
        exitCode: 134,
        signal: 'SIGABRT',
        error: { ...error('SIGNAL', 'SIGABRT'), headline: { text: 'panicked: no', place: null } },
      },
      'panicked: no · 1 min ago',
    ],
    ['a job that a signal ended', { status: 'failed', exitCode: 137, signal: 'SIGKILL' }, 'SIGKILL · 1 min ago'],
    [
      'a job that could not run',
      { status: 'failed', error: error('COMMAND_NOT_FOUND', 'No program “x”.') },
      'No program “x”. · 1 min ago',
    ],
    ['a cancelled job', { status: 'cancelled' }, 'cancelled · 1 min ago'],
    [
      'a job that left a process',
      { status: 'completed', leftoverCount: 1 },
      '1 process still running · 9 min · 1 min ago',
    ],
    ['a job on its third attempt', { attempt: 3 }, 'started 10 min ago · attempt 3'],
  ] as const) {
    it(`for ${what} is: ${description}`, () => {
      assert.equal(row(given).description, description);
    });
  }

  it('is the same a second later', () => {
    for (const status of ['running', 'pending', 'failed', 'completed'] as const) {
      const job = makeJob({ status });
      assert.deepEqual(renderRow(job, now + 1_000, t), renderRow(job, now, t));
    }
  });

  it('has a distinct icon for each status', () => {
    const shapes = Object.values(statusLooks).map(({ icon }) => icon);
    assert.equal(new Set(shapes).size, shapes.length);
  });

  it('is a single line, whatever the title', () => {
    assert.equal(row({ title: ' two\nlines\u001b[31m ' }).label, 'two lines [31m');
    assert.equal(row({ id: 'x1', title: ' \n ' }).label, 'x1');
  });

  it('leaves room for the progress, and has the full title for screen readers', () => {
    const title = 'for i in $(seq 100); do echo "row $i of 100"; sleep 0.3; done';
    const silent = makeJob({ title, status: 'running' });
    const telling = makeJob({
      title,
      status: 'running',
      progress: { current: 45, total: 100, message: null, phase: null },
    });
    assert.equal(treeLabel(silent, renderRow(silent, now, t)), title);
    assert.equal(treeLabel(telling, renderRow(telling, now, t)), 'for i in $(seq 100); do ech…');
    assert.ok(renderRow(telling, now, t).spoken.startsWith(title));
  });

  it('begins with the percentage, which a narrow side bar does not cut off', () => {
    const text = (given: Parameters<typeof makeJob>[0]) => {
      const { label, description } = narrowText('train', row(given));
      return `${label} | ${description}`;
    };
    const progress = (current: number, total: number | null) => ({ current, total, message: null, phase: 'Epoch' });
    assert.equal(text({ progress: progress(45, 100) }), '45% train | Epoch · about 15 min left');
    assert.equal(text({ progress: progress(12, 45) }), '26% train | 12/45 · Epoch · about 30 min left');
    assert.equal(text({ progress: progress(45, 100), pausedAt: ago(1) }), '45% train | paused');
    assert.equal(text({ progress: progress(45, null) }), 'train | Epoch');
    assert.equal(
      text({ progress: progress(45, 100), status: 'failed', exitCode: 1 }),
      'train | exit code 1 · at 45% · 1 min ago',
    );
  });

  it('keeps the progress that a failed or cancelled job reached, but shows no complete progress as success', () => {
    const described = (given: Parameters<typeof makeJob>[0], current: number, total = 100) =>
      row({ ...given, progress: { current, total, message: null, phase: null } }).description;
    assert.equal(described({ status: 'failed', exitCode: 1 }, 37), 'exit code 1 · at 37% · 1 min ago');
    assert.equal(described({ status: 'cancelled' }, 12, 45), 'cancelled · at 12/45 · 1 min ago');
    assert.equal(described({ status: 'failed', exitCode: 1 }, 100), 'exit code 1 · 1 min ago');
    assert.doesNotMatch(
      renderTooltip(
        makeJob({ status: 'failed', progress: { current: 100, total: 100, message: null, phase: null } }),
        now,
        true,
        t,
      ),
      /100%/,
    );
  });

  it('has title, status and description for screen readers', () => {
    assert.equal(row({ status: 'failed', exitCode: 3 }).spoken, 'npm run build, Failed, exit code 3 · 1 min ago');
  });

  it('has the actions that the daemon allows', () => {
    assert.deepEqual(contextTokens(makeJob()), ['job', 'cancelable', 'pausable', 'active', 'hasCommand', 'hasLog']);
    assert.deepEqual(contextTokens(makeJob({ status: 'completed' })), [
      'job',
      'rerunnable',
      'editable',
      'removable',
      'hasCommand',
      'hasLog',
    ]);
    assert.ok(contextTokens(makeJob({ status: 'failed' })).includes('retryable'));
    assert.ok(contextTokens(makeJob({ pausedAt: ago(1) })).includes('resumable'));
    assert.ok(contextTokens(makeJob({ status: 'waiting', waitReason: 'delay' })).includes('holdable'));
    assert.ok(contextTokens(makeJob({ status: 'waiting', waitReason: 'hold' })).includes('releasable'));
    assert.ok(contextTokens(makeJob({ status: 'waiting', waitReason: 'queueFull' })).includes('startable'));
    assert.ok(!contextTokens(makeJob({ status: 'waiting', waitReason: 'dependency' })).includes('startable'));
    assert.ok(!contextTokens(makeJob({ cancelRequestedAt: ago(1) })).includes('cancelable'));
    assert.ok(!contextTokens(makeJob({ status: 'pending' })).includes('hasLog'));
  });

  it('still has the action to cancel after the job was only sent a signal', () => {
    const { capabilities } = makeJob();
    assert.ok(contextTokens(makeJob({ cancelRequestedAt: ago(1), capabilities })).includes('cancelable'));
  });
});

describe('the row of a group of jobs', () => {
  const children = { pending: 0, waiting: 26, running: 2, completed: 10, failed: 1, cancelled: 1, lost: 0 };
  const progress = { current: 13, total: 80, message: '26 waiting, 2 running, 1 failed, 1 cancelled', phase: null };
  const group = { engine: 'group', children, progress, attempt: 0, commandLine: null } as const;

  it('shows how many are done and the status of the others', () => {
    assert.equal(row(group).description, '12/40 · 26 waiting, 2 running, 1 failed, 1 cancelled');
    assert.equal(row({ ...group, cancelRequestedAt: ago(1) }).description, '12/40 · cancelling…');
    const done = { ...children, waiting: 0, running: 0, failed: 0, cancelled: 0 };
    const ended = { status: 'completed', startedAt: ago(2), endedAt: ago(1), children: done } as const;
    assert.match(row({ ...group, ...ended }).description, /^10\/10 · 1 min · /);
  });

  it('has no log and no command', () => {
    assert.deepEqual(
      contextTokens(makeJob({ ...group })).filter((token) => /log|command/i.test(token)),
      [],
    );
  });
});

describe('the tooltip of a job', () => {
  it('shows status, times, command and folder, and links to the actions', () => {
    const text = renderTooltip(makeJob({ status: 'failed', exitCode: 3, id: 'j1' }), now, true, t);
    assert.match(text, /Failed · exit code 3 · after 9 min/);
    assert.match(text, /```sh\nnpm run build\n```/);
    assert.match(text, /command:jobdeck\.retry\?%5B%22j1%22%5D/);
    assert.doesNotMatch(text, /command:jobdeck\.cancel/);
  });

  it('begins a failure with what the program said, without the hint that refers to the output', () => {
    const error = { code: 'EXIT_CODE', message: 'Exit code 1.', hint: 'The output says why.', details: null };
    const headline = { text: 'ValueError no', place: null };
    const text = renderTooltip(makeJob({ status: 'failed', error: { ...error, headline } }), now, true, t);
    assert.match(text, /^ValueError no$/m);
    assert.doesNotMatch(text, /says why/);
  });

  it('shows the tags if there are any', () => {
    const text = (tags: string[]) => renderTooltip(makeJob({ tags }), now, true, t);
    assert.match(text(['nightly', '*gpu*']), /^Tags: nightly, &#42;gpu&#42;$/m);
    assert.doesNotMatch(text([]), /Tags/);
  });

  it('has no link to start in an untrusted workspace', () => {
    assert.doesNotMatch(renderTooltip(makeJob({ status: 'failed' }), now, false, t), /jobdeck\.retry/);
  });

  it('offers to force stop a job that is being cancelled instead of cancelling it', () => {
    const text = (cancelRequestedAt: string | null) =>
      renderTooltip(makeJob({ status: 'running', cancelRequestedAt }), now, true, t);
    assert.match(text(null), /Running.*\n[\s\S]*jobdeck\.cancel/);
    assert.doesNotMatch(text(null), /jobdeck\.forceFail/);
    assert.doesNotMatch(text(ago(1)), /Running|jobdeck\.cancel/);
    assert.match(text(ago(1)), /Cancelling.*\n[\s\S]*\[Force Stop…\]\(command:jobdeck\.forceFail/);
  });

  it('says that a job is paused', () => {
    assert.match(renderTooltip(makeJob({ status: 'running', pausedAt: ago(1) }), now, true, t), /Paused · started/);
  });

  it('links only to allowed commands', () => {
    const texts = (['running', 'completed', 'failed'] as const).map((status) =>
      renderTooltip(makeJob({ status }), now, true, t),
    );
    for (const [, command] of texts.join('').matchAll(/\(command:([\w.]+)/g)) {
      assert.ok(tooltipCommands.includes(String(command)), command);
    }
  });

  it('escapes text from jobs and users', () => {
    const hostile = '[x](command:workbench.action.quit) **b** <img src=x> `c` $(trash) # h';
    const text = renderTooltip(
      makeJob({
        status: 'failed',
        title: hostile,
        cwd: hostile,
        error: error('START_FAILED', hostile, hostile),
        progress: { current: 1, total: 2, message: hostile, phase: hostile },
        commandLine: `echo \`\`\`\n${hostile}`,
      }),
      now,
      true,
      t,
    );
    const outsideCode = text.replace(/^````sh\n[\s\S]*?\n````$/m, '');
    assert.doesNotMatch(outsideCode, /workbench\.action\.quit\)|<img|\$\(trash/);
    assert.doesNotMatch(outsideCode, /\[x\]/);
  });
});
