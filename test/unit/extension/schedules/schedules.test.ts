import assert from 'node:assert/strict';
import fc from 'fast-check';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { agoChanges, formatUntil, untilChanges } from '../../../../extension/schedules/coarseTime.ts';
import { placeOf } from '../../../../extension/schedules/placeOf.ts';
import { ScheduleReader } from '../../../../extension/schedules/readSchedules.ts';
import {
  isDue,
  renderInactive,
  renderRun,
  renderSchedule,
  rowsChange,
  scheduleTokens,
} from '../../../../extension/schedules/row.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { formatAgo } from '../../../../shared/format.ts';
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { Schedule, ScheduleRun } from '../../../../shared/schedule.ts';
import { ago, makeJob, now } from '../builders.ts';

const minute = 60_000;
const at = (ms: number) => new Date(now + ms).toISOString();

function makeRun(given: Partial<ScheduleRun> = {}): ScheduleRun {
  return { scheduledFor: ago(60), at: ago(60), outcome: 'started', jobId: 'j1', detail: null, ...given };
}

function makeSchedule(given: Partial<Schedule> = {}): Schedule {
  return {
    ...{
      id: 's1',
      name: 'nightly',
      cron: '0 2 * * *',
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      paused: false,
      catchUp: 'last',
      overlap: 'skip',
    },
    ...{
      source: null,
      workspace: null,
      createdBy: null,
      createdAt: ago(600),
      nextRunAt: at(3 * 60 * minute),
      lastRun: null,
    },
    job: {
      command: { shell: 'make' },
      title: null,
      type: null,
      cwd: null,
      queue: 'default',
      priority: 'normal',
      retry: null,
      timeLimitMs: null,
    },
    ...given,
  } as Schedule;
}

describe('the time until a run', () => {
  for (const [ms, said] of [
    [-1, 'due now'],
    [5_000, 'in 10 s'],
    [31_000, 'in 40 s'],
    [59_999, 'in 60 s'],
    [61_000, 'in 1 min'],
    [3 * 60 * minute + 59 * minute, 'in 3 h'],
    [49 * 60 * minute, 'in 2 d'],
  ] as const) {
    it(`is shown as ${said}`, () => assert.equal(formatUntil(at(ms), now, t), said));
  }

  it('does not change before the predicted time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 * 86_400_000 }), (ms) => {
        const change = untilChanges(at(ms), now);
        const said = formatUntil(at(ms), now, t);
        assert.ok(change > 0);
        assert.equal(formatUntil(at(ms), now + Math.max(0, Math.min(change - 1, ms - 1)), t), said);
        assert.notEqual(formatUntil(at(ms), now + change, t), said);
      }),
    );
  });

  it('is checked at intervals when overdue', () => {
    assert.equal(untilChanges(at(-10 * minute), now), minute);
  });

  it('in the past does not change before the predicted time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 * 86_400_000 }), (ms) => {
        const change = agoChanges(at(-ms), now);
        assert.equal(formatAgo(at(-ms), now + change - 1), formatAgo(at(-ms), now));
        assert.notEqual(formatAgo(at(-ms), now + change), formatAgo(at(-ms), now));
      }),
    );
  });
});

describe('the row of a schedule', () => {
  const row = (given: Partial<Schedule>, job?: Parameters<typeof makeJob>[0]) =>
    renderSchedule(makeSchedule(given), job && makeJob(job), now, t);

  for (const [what, given, job, icon, description] of [
    ['that never ran', {}, undefined, 'calendar', 'every day at 02:00 · next in 3 h'],
    [
      'whose last job failed',
      { lastRun: makeRun() },
      { status: 'failed' },
      'error',
      'every day at 02:00 · next in 3 h · Failed 1 h ago',
    ],
    ['whose job runs', { lastRun: makeRun() }, {}, 'sync~spin', 'every day at 02:00 · next in 3 h · Running'],
    [
      'whose job was removed',
      { lastRun: makeRun() },
      undefined,
      'history',
      'every day at 02:00 · next in 3 h · ran 1 h ago',
    ],
    [
      'that was skipped',
      { lastRun: makeRun({ outcome: 'skipped' }) },
      undefined,
      'debug-step-over',
      'every day at 02:00 · next in 3 h · skipped 1 h ago',
    ],
    [
      'that missed a time',
      { lastRun: makeRun({ outcome: 'missed' }) },
      undefined,
      'watch',
      'every day at 02:00 · next in 3 h · missed 1 h ago',
    ],
    [
      'that is paused',
      { paused: true, lastRun: makeRun() },
      { status: 'completed' },
      'debug-pause',
      'every day at 02:00 · paused · Completed 1 h ago',
    ],
    ['whose time never comes again', { nextRunAt: null }, undefined, 'calendar', 'every day at 02:00 · no next run'],
  ] as const) {
    it(`${what} shows ${description}`, () => {
      const shown = row(given, job);
      assert.deepEqual([shown.icon.icon, shown.description], [icon, description]);
      assert.equal(shown.spoken, `Schedule nightly, ${description}`);
    });
  }

  it('has actions to pause or resume, and to open its definition', () => {
    assert.deepEqual(scheduleTokens({ paused: false, source: null }), ['schedule', 'pausable']);
    assert.deepEqual(scheduleTokens({ paused: true, source: '/p/.vscode/jobs.json' }), [
      'schedule',
      'resumable',
      'defined',
    ]);
  });

  it('has its time zone if that matters and is not the local one', () => {
    const timezone = 'Pacific/Chatham';
    assert.match(row({ timezone }).description, /^every day at 02:00 \(Pacific\/Chatham\) · /);
    assert.match(row({ timezone, cron: '*/2 * * * *' }).description, /^every 2 minutes · /);
  });

  it('that is not active says so, or why', () => {
    const inactive = { file: '/p/.vscode/jobs.json', name: 'n', cron: '*/2 * * * *', command: 'make', problem: null };
    const { description, context } = renderInactive(inactive, t);
    assert.deepEqual([description, context], ['every 2 minutes · not active', 'inactive']);
    const problem = { ...plainMessage('Unknown queue “gpu”.'), path: 'jobs.n.queue', line: 1, column: 1 };
    const broken = renderInactive({ ...inactive, problem }, t);
    assert.deepEqual(
      [broken.description, broken.context, broken.icon.icon],
      ['every 2 minutes · Unknown queue “gpu”.', 'unusable', 'error'],
    );
  });

  it('is updated when the first text changes', () => {
    assert.equal(rowsChange([], now), null);
    assert.equal(rowsChange([makeSchedule({ paused: true })], now), null);
    const soon = makeSchedule({ nextRunAt: at(30_000) });
    assert.equal(rowsChange([makeSchedule(), soon], now), Math.min(untilChanges(at(180 * minute), now), 10_000));
  });

  it('is due at its time unless paused', () => {
    assert.deepEqual(
      [{ nextRunAt: at(0) }, { nextRunAt: at(1) }, { nextRunAt: at(0), paused: true }, { nextRunAt: null }].map(
        (given) => isDue(makeSchedule(given), now),
      ),
      [true, false, false, false],
    );
  });
});

describe('the row of a run', () => {
  const row = (given: Partial<ScheduleRun>, job?: Parameters<typeof makeJob>[0]) =>
    renderRun(makeRun(given), job && makeJob(job), now, (iso) => iso.slice(11, 16), t);

  it('shows its time and the status of its job, and has the job’s actions', () => {
    const shown = row({}, { status: 'failed', exitCode: 3 });
    assert.deepEqual([shown.label, shown.description], ['11:00', 'Failed · exit code 3 · 1 min ago']);
    assert.match(shown.context, /^run job .*hasLog/);
  });

  it('shows that it was run manually', () => {
    assert.equal(
      row({ scheduledFor: null }, { status: 'cancelled' }).description,
      'Cancelled · cancelled · 1 min ago · manual run',
    );
  });

  it('shows why no job was started, and has no actions', () => {
    const shown = row({ outcome: 'skipped', detail: plainMessage('The run before goes on.') }, {});
    assert.deepEqual([shown.description, shown.context], ['skipped · The run before goes on.', 'run']);
    assert.equal(row({ outcome: 'failed', detail: null }).description, 'failed to start');
  });

  it('shows that its job was removed', () => {
    assert.equal(row({}).description, 'job removed');
  });
});

describe('reading schedules', () => {
  function reader(...known: ReturnType<typeof makeJob>[]) {
    const asked: string[] = [];
    const schedules = [makeSchedule({ lastRun: makeRun({ jobId: 'old' }) })];
    const client = {
      schedules: async () => schedules,
      get: async (id: string) => {
        asked.push(id);
        if (id === 'gone') throw new JobdeckError({ code: 'JOB_NOT_FOUND', message: 'No such job.', hint: null });
        return makeJob({ id, status: 'failed' });
      },
    };
    const model = { get: (id: string) => known.find((job) => job.id === id) };
    return { asked, schedules, client: client as never, reader: new ScheduleReader(model) };
  }

  it('requests last jobs that are too old for the tree once', async () => {
    const { asked, schedules, client, reader: one } = reader();
    await one.schedules(client);
    await one.schedules(client);
    assert.deepEqual(asked, ['old']);
    assert.equal(one.lastJob(schedules[0] ?? makeSchedule())?.status, 'failed');
  });

  it('takes jobs from the tree if possible', async () => {
    const { asked, client, reader: one } = reader(makeJob({ id: 'old', status: 'completed' }));
    const [schedule] = await one.schedules(client);
    assert.deepEqual(asked, []);
    assert.equal(one.lastJob(schedule ?? makeSchedule())?.status, 'completed');
  });

  it('handles a removed job', async () => {
    const { client, schedules, reader: one } = reader();
    schedules.splice(0, 1, makeSchedule({ lastRun: makeRun({ jobId: 'gone' }) }));
    const [schedule] = await one.schedules(client);
    assert.equal(one.lastJob(schedule ?? makeSchedule()), undefined);
  });
});

describe('the position of a definition', () => {
  const text = '{ "jobs": { "test": { "after": ["backup"] }, "backup" : { "schedule": "@daily" } } }';

  it('is where its name is a key', () => assert.equal(placeOf('backup', text), text.indexOf('"backup" :')));
  it('is the start if the file does not name it', () => assert.equal(placeOf('other', text), 0));
});
