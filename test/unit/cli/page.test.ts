import assert from 'node:assert/strict';
import { colorsFor } from '../../../cli/output/colors.ts';
import { lastLines } from '../../../cli/output/text.ts';
import { renderJob } from '../../../cli/pages/jobPage.ts';
import type { Job } from '../../../shared/job.ts';
import { aDetail, aJob, anAttempt } from './jobs.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');

function page(more: Parameters<typeof aDetail>[0], output: string[] = [], failed: Job[] = []): string {
  return renderJob(aDetail(more), { now, colors: colorsFor({}, {}), output, failed }).join('\n');
}

describe('the details of a job', () => {
  it('start with status and title', () => {
    assert.match(page({}), /^▶ Running {2}npm test\n/);
  });

  it('of a group list its jobs by status, and failed jobs with reasons', () => {
    const children = { pending: 0, waiting: 27, running: 1, completed: 1, failed: 11, cancelled: 0, lost: 0 };
    const group = {
      title: 'nightly',
      engine: 'group',
      children,
      groupConcurrency: 1,
      command: null,
      commandLine: null,
    };
    const error = { code: 'EXIT_CODE', message: 'It ended with 3.', hint: null, details: null };
    const text = page(group, [], [aJob({ id: 'zz00000001', title: 'load', status: 'failed', error })]);
    assert.match(text, /^▶ Running {2}nightly\n12\/40\n/);
    assert.match(text, /jobs +27 waiting, 1 running, 1 completed, 11 failed\nconcurrency +1\n/);
    assert.match(text, /Failed jobs\n {2}zz00000001 {2}load {2}It ended with 3\.\n {2}… and 10 more/);
  });

  it('begin a failure with what its program said', () => {
    const headline = { text: 'ValueError: no', place: { file: 'a.py', line: 3, column: null } };
    const error = { code: 'EXIT_CODE', message: 'It ended with 1.', hint: 'Read its output.', details: null, headline };
    const text = page({ status: 'failed', error, exitCode: 1, endedAt: '2026-03-01T12:00:12.000Z' });
    assert.match(text, /\nValueError: no \(a\.py:3\)\nIt ended with 1\. \(EXIT_CODE\)\n/);
    assert.doesNotMatch(text, /Read its output/);
  });

  it('show an error with its code and hint', () => {
    const error = { code: 'EXIT_CODE', message: 'It ended with 3.', hint: 'Read its output.', details: 'tail' };
    const text = page({ status: 'failed', error, exitCode: 3, endedAt: '2026-03-01T12:00:12.000Z' });
    assert.match(text, /It ended with 3\. \(EXIT_CODE\)\n→ Read its output\./);
    assert.match(text, /exit code +3/);
    assert.match(text, /duration +12 s/);
    assert.doesNotMatch(text, /resources/);
  });

  it('show the resources of a running job, and the peak of a finished one', () => {
    const resources = { cpuPercent: 187.4, memoryBytes: 340e6, peakMemoryBytes: 512e6, processes: 3 };
    assert.match(page({ resources }), /resources +CPU 187% of one core · memory 340 MB, peak 512 MB · 3 processes/);
    assert.match(page({ attempts: [anAttempt({ peakMemoryBytes: 512e6 })] }), /resources +peak memory 512 MB/);
  });

  it('show that a job was killed, and its processes that are still running', () => {
    const attempt = anAttempt({ killedAfterMs: 10_000, leftovers: [{ pid: 7, name: 'sleep' }] });
    const text = page({ leftoverCount: 1, attempts: [attempt] });
    assert.match(text, /killed +did not end within 10 s/);
    assert.match(text, /processes +1 process still running: sleep \(7\) \(end: jobdeck kill \w+\)/);
  });

  it('show the command so that it can be copied', () => {
    assert.match(page({ command: { argv: ['sh', '-c', "echo 'a b'"] } }), /command +sh -c 'echo '\\''a b'\\'''/);
  });

  it('list the attempts with their outcome', () => {
    const text = page({
      attempts: [
        anAttempt({ status: 'cancelled', exitCode: 143, signal: 'SIGTERM' }),
        anAttempt({ number: 2, status: 'starting', startedAt: null, endedAt: null, exitCode: null, logBytes: null }),
      ],
    });
    assert.match(
      text,
      /Attempts\n {2}1 {2}⊘ Cancelled .* · 12 s · exit 143 \(SIGTERM\) · log 3\.4 kB\n {2}2 {2}○ Starting .* · no log/,
    );
  });

  it('show the attempt of a paused or cancelling job as such, and no earlier one', () => {
    const attempts = [
      anAttempt({ status: 'failed', exitCode: 1 }),
      anAttempt({ number: 2, status: 'running', endedAt: null, exitCode: null }),
    ];
    const running = { status: 'running', attempt: 2, endedAt: null, attempts } as const;
    assert.match(page(running), /\n {2}1 {2}✖ Failed .*\n {2}2 {2}▶ Running /);
    const pausedAt = attempts[1]?.startedAt ?? null;
    assert.match(page({ ...running, pausedAt }), /\n {2}1 {2}✖ Failed .*\n {2}2 {2}‖ Paused /);
    assert.match(page({ ...running, cancelRequestedAt: pausedAt }), /\n {2}2 {2}◌ Cancelling /);
  });

  it('show the timeline with levels', () => {
    const event = {
      id: 1,
      at: '2026-03-01T12:00:00.000Z',
      attempt: 1,
      kind: 'message' as const,
      code: null,
      params: {},
      context: null,
    };
    const text = page({
      events: [
        { ...event, level: 'info', message: 'Started.' },
        { ...event, level: 'warning', message: 'Disk is filling.' },
      ],
    });
    assert.match(text, /Timeline\n {2}[\d-]+ [\d:]+ {2}Started\.\n {2}[\d-]+ [\d:]+ {2}warning: Disk is filling\./);
  });

  it('end with the last lines of output', () => {
    assert.match(page({}, ['one', 'two']), /Last output\n {2}one\n {2}two$/);
  });

  it('never contain control characters of a job', () => {
    const evil = '\u001b]52;c;ZXZpbA==\u0007';
    const text = page(
      {
        title: evil,
        cwd: evil,
        createdBy: evil,
        type: evil,
        command: { shell: evil },
        status: 'failed',
        error: { code: evil, message: evil, hint: evil, details: evil },
        progress: { current: 1, total: 2, message: evil, phase: evil },
        events: [
          {
            id: 1,
            at: '2026-03-01T12:00:00Z',
            attempt: 1,
            kind: 'message',
            level: 'info',
            code: null,
            params: {},
            message: evil,
            context: 0,
          },
        ],
      },
      lastLines(evil, { isCut: false, count: 1 }),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
