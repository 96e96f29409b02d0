import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { colorsFor } from '../../../cli/output/colors.ts';
import { textWidth } from '../../../cli/output/text.ts';
import { renderJobs } from '../../../cli/pages/jobTable.ts';
import { aJob } from './jobs.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');
const plain = colorsFor({}, {});
const colorful = colorsFor({ isTTY: true }, {});
const wide = { now, width: Number.POSITIVE_INFINITY, colors: plain };

const failed = aJob({
  id: 'zz00000001',
  title: 'build',
  status: 'failed',
  endedAt: '2026-03-01T12:00:12.000Z',
  exitCode: 2,
});

describe('the table of jobs', () => {
  it('has a line per job with symbol, status, duration and time', () => {
    assert.deepEqual(renderJobs([aJob(), failed], wide), [
      'ID          STATUS     TITLE     TIME   WHEN',
      '4k9x2m7qpa  ▶ Running  npm test  5 min  5 min ago',
      'zz00000001  ✖ Failed   build     12 s   4 min ago',
    ]);
  });

  it('shows progress if a job reports it', () => {
    const job = aJob({ progress: { current: 12, total: 45, message: null, phase: null } });
    const [head, first, second] = renderJobs([job, failed], wide);
    assert.match(head ?? '', /TITLE {5}PROGRESS {19}TIME/);
    assert.match(first ?? '', /npm test {2}12\/45 · about 15 min left {2}5 min/);
    assert.match(second ?? '', /build {32}12 s/);
  });

  it('shows how many jobs of a group are finished', () => {
    const children = { pending: 1, waiting: 26, running: 1, completed: 10, failed: 1, cancelled: 1, lost: 0 };
    const [, line] = renderJobs(
      [aJob({ children, progress: { current: 12.5, total: 80, message: null, phase: null } })],
      wide,
    );
    assert.match(line ?? '', /npm test {2}12\/40 · about 30 min left {2}5 min/);
  });

  it('shows that a job is being cancelled', () => {
    const [, line] = renderJobs([aJob({ cancelRequestedAt: '2026-03-01T12:04:00.000Z' })], wide);
    assert.match(line ?? '', /◌ Cancelling/);
  });

  it('contains all information without colors', () => {
    const jobs = [aJob(), failed];
    const colored = renderJobs(jobs, { ...wide, colors: colorful });
    assert.notDeepEqual(colored, renderJobs(jobs, wide));
    assert.deepEqual(colored.map(stripVTControlCharacters), renderJobs(jobs, wide));
  });

  it('never contains control characters of a title', () => {
    const [, line] = renderJobs([aJob({ title: '\u001b[2Jgone\nnext' })], wide);
    assert.match(line ?? '', /\\x1b\[2Jgone next/);
  });

  for (const width of [120, 80, 60, 50, 40, 30]) {
    it(`fits a terminal of ${width} columns`, () => {
      const title =
        'A title that is much longer than most terminals have columns, 日本語 included, to be cut somewhere';
      const progress = { current: 45, total: 100, message: null, phase: null };
      const lines = renderJobs([aJob({ title, progress }), failed], { ...wide, width });
      for (const line of lines) assert.ok(textWidth(line) <= width, `${textWidth(line)}: ${line}`);
      assert.match(lines[1] ?? '', /^4k9x2m7qpa {2}▶ Running {2}A ti/);
    });
  }

  it('leaves out the least important columns first', () => {
    const heads = [80, 48, 35].map((width) => renderJobs([aJob({ title: 'x'.repeat(90) })], { ...wide, width })[0]);
    assert.match(heads[0] ?? '', /TIME +WHEN/);
    assert.match(heads[1] ?? '', /TIME$/);
    assert.match(heads[2] ?? '', /TITLE$/);
  });
});

describe('colors', () => {
  const of = (isTTY: boolean, env: Record<string, string>) => colorsFor({ isTTY }, env).isColorSupported;

  it('are for terminals', () => {
    assert.equal(of(true, {}), true);
    assert.equal(of(false, { CI: '1' }), false);
    assert.equal(of(true, { TERM: 'dumb' }), false);
  });

  it('are off with NO_COLOR, whatever else is set', () => {
    assert.equal(of(true, { NO_COLOR: '1', FORCE_COLOR: '1' }), false);
    assert.equal(of(true, { NO_COLOR: '' }), true);
  });

  it('can be forced on and off', () => {
    assert.equal(of(false, { FORCE_COLOR: '1' }), true);
    assert.equal(of(true, { FORCE_COLOR: '0' }), false);
  });
});
