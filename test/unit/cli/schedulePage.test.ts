import assert from 'node:assert/strict';
import { colorsFor } from '../../../cli/output/colors.ts';
import { startText } from '../../../cli/output/time.ts';
import { renderSchedule, renderSchedules } from '../../../cli/pages/schedulePage.ts';
import { scheduleHistory } from '../../../shared/messages/schedules.ts';
import type { ScheduleDetail, ScheduleRun } from '../../../shared/schedule.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const colors = colorsFor({}, {});
const inThreeHours = '2026-03-01T15:00:00.000Z';

function aRun(more: Partial<ScheduleRun> = {}): ScheduleRun {
  const times = { scheduledFor: '2026-03-01T11:00:00.000Z', at: '2026-03-01T11:00:00.010Z' };
  return { ...times, outcome: 'started', jobId: '4k9x2m7qpa', detail: null, ...more };
}

function aSchedule(more: Partial<ScheduleDetail> = {}): ScheduleDetail {
  return {
    id: 's1',
    name: 'nightly backup',
    cron: '0 15 * * *',
    timezone: 'UTC',
    paused: false,
    source: null,
    catchUp: 'last',
    overlap: 'skip',
    workspace: null,
    createdBy: 'ann@box',
    createdAt: '2026-01-01T00:00:00.000Z',
    nextRunAt: inThreeHours,
    nextRuns: [inThreeHours],
    job: {
      command: { argv: ['./backup.sh', 'all data'] },
      title: null,
      type: null,
      cwd: '/src',
      queue: 'default',
      priority: 'normal',
      tags: [],
      retry: null,
      timeLimitMs: 60_000,
    },
    lastRun: null,
    runs: [],
    ...more,
  };
}

describe('schedules on the command line', () => {
  it('are a table with the next run in local time and the last run', () => {
    const paused = aSchedule({ name: 'b', paused: true, nextRunAt: null, lastRun: aRun({ outcome: 'skipped' }) });
    const [head, first, second] = renderSchedules([aSchedule(), paused], now);
    assert.match(head ?? '', /^SCHEDULE +CRON +TIME ZONE +NEXT RUN +LAST RUN$/);
    assert.equal(
      first?.replace(/ {2,}/g, ' | '),
      `nightly backup | 0 15 * * * | UTC | ${startText(inThreeHours, now)} | none yet`,
    );
    assert.match(second ?? '', /^b +0 15 \* \* \* +UTC +paused +skipped 59 min ago$/);
  });

  it('have details with command, next runs and history', () => {
    const runs = [
      aRun({
        outcome: 'skipped',
        detail: scheduleHistory('schedule.stillActive', { title: 'backup', id: '4k9x2m7qpa' }),
      }),
      aRun(),
      aRun({ scheduledFor: null }),
    ];
    const page = renderSchedule(aSchedule({ runs }), { now, colors }).join('\n');
    assert.match(page, /^◷ Enabled {2}nightly backup\n/);
    assert.match(page, /^command +\.\/backup\.sh 'all data'$/m);
    assert.match(page, /^cron +0 15 \* \* \* \(UTC\)$/m);
    assert.match(page, /^timeout +1 min$/m);
    assert.doesNotMatch(page, /^queue|^defined in/m);
    assert.match(page, /^Next runs\n {2}2026-03-01 \d\d:00:00 UTC\S*, in 3 h$/m);
    assert.match(page, /^ {2}2026-03-01 \d\d:00:00 {2}skipped {2}`backup` \(4k9x2m7qpa\) had not finished\.$/m);
    assert.match(page, /^ {2}2026-03-01 \d\d:00:00 {2}started {2}4k9x2m7qpa$/m);
    assert.match(page, /^ {2}2026-03-01 \d\d:00:00 \(manual\) {2}started {2}4k9x2m7qpa$/m);
  });

  it('show no control characters of their names, and that they are paused', () => {
    const schedule = aSchedule({ name: 'a\u001b[2Jb', paused: true, nextRunAt: null, nextRuns: [] });
    const page = renderSchedule(schedule, { now, colors });
    assert.equal(page[0], '‖ Paused  a\\x1b[2Jb');
    assert.ok(!page.includes('Next runs'));
  });
});
