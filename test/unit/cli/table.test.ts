import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { colorsFor } from '../../../cli/output/colors.ts';
import { textWidth } from '../../../cli/output/text.ts';
import { renderJobs } from '../../../cli/pages/jobTable.ts';
import { aJob } from './jobs.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');
const plain = colorsFor({}, {});
const colourful = colorsFor({ isTTY: true }, {});
const wide = { now, width: Number.POSITIVE_INFINITY, colors: plain };

const failed = aJob({
  ...{ id: 'zz00000001', title: 'build', status: 'failed', endedAt: '2026-03-01T12:00:12.000Z' },
  exitCode: 2,
});

describe('the table of jobs', () => {
  it('has a line for each, with status as symbol and word, run time and when', () => {
    assert.deepEqual(renderJobs([aJob(), failed], wide), [
      'ID          STATUS     TITLE     TIME   WHEN',
      '4k9x2m7qpa  ▶ Running  npm test  5 min  5 min ago',
      'zz00000001  ✖ Failed   build     12 s   4 min ago',
    ]);
  });

  it('shows progress where a job tells of it', () => {
    const job = aJob({ progress: { current: 12, total: 45, message: null, phase: null } });
    const [head, first, second] = renderJobs([job, failed], wide);
    assert.match(head ?? '', /TITLE {5}PROGRESS {19}TIME/);
    assert.match(first ?? '', /npm test {2}12\/45 · about 15 min left {2}5 min/);
    assert.match(second ?? '', /build {32}12 s/);
  });

  it('shows of a group how many of its jobs have ended', () => {
    const children = { pending: 1, waiting: 26, running: 1, completed: 10, failed: 1, cancelled: 1, lost: 0 };
    const [, line] = renderJobs(
      [aJob({ children, progress: { current: 12.5, total: 80, message: null, phase: null } })],
      wide,
    );
    assert.match(line ?? '', /npm test {2}12\/40 · about 30 min left {2}5 min/);
  });

  it('says when somebody asked for its end', () => {
    const [, line] = renderJobs([aJob({ cancelRequestedAt: '2026-03-01T12:04:00.000Z' })], wide);
    assert.match(line ?? '', /◌ Cancelling/);
  });

  it('never says by colour alone what it says', () => {
    const jobs = [aJob(), failed];
    const coloured = renderJobs(jobs, { ...wide, colors: colourful });
    assert.notDeepEqual(coloured, renderJobs(jobs, wide));
    assert.deepEqual(coloured.map(stripVTControlCharacters), renderJobs(jobs, wide));
  });

  it('lets nothing of a title reach the terminal but text', () => {
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

  it('leaves out first what can be missed most', () => {
    const heads = [80, 48, 35].map((width) => renderJobs([aJob({ title: 'x'.repeat(90) })], { ...wide, width })[0]);
    assert.match(heads[0] ?? '', /TIME +WHEN/);
    assert.match(heads[1] ?? '', /TIME$/);
    assert.match(heads[2] ?? '', /TITLE$/);
  });
});

describe('colours', () => {
  const of = (isTTY: boolean, env: Record<string, string>) => colorsFor({ isTTY }, env).isColorSupported;

  it('are for terminals', () => {
    assert.equal(of(true, {}), true);
    assert.equal(of(false, { CI: '1' }), false);
    assert.equal(of(true, { TERM: 'dumb' }), false);
  });

  it('are not where NO_COLOR says so, whatever else is set', () => {
    assert.equal(of(true, { NO_COLOR: '1', FORCE_COLOR: '1' }), false);
    assert.equal(of(true, { NO_COLOR: '' }), true);
  });

  it('can be forced and forbidden', () => {
    assert.equal(of(false, { FORCE_COLOR: '1' }), true);
    assert.equal(of(true, { FORCE_COLOR: '0' }), false);
  });
});
