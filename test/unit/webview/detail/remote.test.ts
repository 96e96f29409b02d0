import assert from 'node:assert/strict';
import type { JobDetail, Step } from '../../../../shared/job.ts';
import type { PanelRemote, SnapshotMessage } from '../../../../shared/panel.ts';
import { type JobView, viewOf } from '../../../../webview/detail/view/view.ts';
import { timesFor } from '../../../../webview/times.ts';
import { aFailedJob, aJob, aSnapshot, at, start } from './builders.ts';

const showTime = timesFor({ locale: 'en-GB', timeZone: 'UTC' });
const elsewhere = {
  engine: 'inngest',
  connection: 'dev',
  externalId: '01J',
  worker: 'shop',
  type: 'shop/send',
  cwd: null,
  workspace: null,
  command: null,
} as const;
const connected: PanelRemote = {
  connection: {
    name: 'dev',
    engine: 'inngest',
    state: 'connected',
    since: at(0),
    confirmedAt: at(20),
    problem: null,
    readOnly: false,
  },
  source: 'src/functions.ts:12',
};
const down: PanelRemote = {
  ...connected,
  connection: connected.connection && {
    ...connected.connection,
    state: 'unreachable',
    problem: { code: 'CONNECTION_FAILED', message: 'Nothing answers.', hint: null },
  },
};

function page(job: JobDetail, over: Partial<SnapshotMessage> = {}) {
  return viewOf(aSnapshot(job, { remote: connected, ...over }), start + 60_000, showTime);
}

function viewJob(job: JobDetail, over: Partial<SnapshotMessage> = {}): JobView {
  const view = page(job, over).job;
  assert.ok(view !== null);
  return view;
}

const aStep = (over: Partial<Step> = {}): Step => ({
  id: 'charge',
  label: 'Charge card',
  weight: 1,
  progress: 1,
  status: 'completed',
  parentId: null,
  startedAt: at(2),
  endedAt: at(4),
  kind: 'run',
  attempts: 2,
  output: { ok: true },
  error: null,
  ...over,
});
const again = { allowed: true, reason: null };

describe('the page of a remote job', () => {
  it('has its engine, connection, worker and remote ID', () => {
    const { details } = viewJob(aJob(elsewhere));
    const shown = Object.fromEntries(details.map(({ label, value }) => [label, value]));
    assert.equal(shown.Engine, 'Inngest');
    assert.match(String(shown.Connection), /^dev · connected$/);
    assert.deepEqual([shown.Worker, shown['ID at engine'], shown.Source], ['shop', '01J', 'src/functions.ts:12']);
    const actions = details.flatMap(({ action }) => action?.action ?? []);
    assert.ok(actions.includes('copyExternalId') && actions.includes('openTaskSource'));
    const unreachable = viewJob(aJob(elsewhere), { remote: down }).details.find(({ label }) => label === 'Connection');
    assert.match(
      String(unreachable?.value),
      /^dev · not reachable since \d\d?:\d\d(?: [AP]M)?$/,
      'only the time if it is today',
    );
    assert.ok(!viewJob(aJob(), { remote: null }).details.some(({ label }) => label === 'Connection'));
  });

  it('has no link to a source that is not in the folders', () => {
    const { details } = viewJob(aJob(elsewhere), { remote: { ...connected, source: null } });
    assert.ok(!details.some(({ label }) => label === 'Source'));
  });

  it('has no log', () => {
    const { log, header } = viewJob(aJob(elsewhere));
    assert.equal(log, null);
    assert.ok(!header.actions.menu.flat().some(({ action }) => action === 'openLog'));
  });

  it('shows the last known state and its time while the connection is down', () => {
    const { banners, job } = page(aJob(elsewhere), { remote: down });
    assert.equal(banners[0]?.text, 'Could not reach dev. Showing the job as of 09:00:20.');
    assert.equal(banners[0]?.hint, 'Nothing answers.');
    assert.deepEqual([job?.live, job?.ticking], [false, false]);
    assert.equal(job?.times.find(({ label }) => label === 'Duration')?.value, '19 s');
  });

  it('has no such banner for a finished job, or if the daemon is disconnected', () => {
    assert.deepEqual(page(aFailedJob(elsewhere), { remote: down }).banners, []);
    const away = page(aJob(elsewhere), { remote: down, link: { state: 'offline', since: at(30), error: null } });
    assert.equal(away.banners.length, 1);
    assert.match(away.banners[0]?.text ?? '', /daemon/);
  });

  it('allows only what its connection allows', () => {
    const readOnly = { ...connected, connection: connected.connection && { ...connected.connection, readOnly: true } };
    const offered = (job: JobDetail) => {
      const { shown, menu } = viewJob(job, { remote: readOnly }).header.actions;
      return [...shown, ...menu.flat()].map(({ action }) => action);
    };
    assert.deepEqual(offered(aJob(elsewhere)), [
      'openTaskSource',
      'pause',
      'copyCommand',
      'copyId',
      'copyExternalId',
      'forceFail',
    ]);
    assert.deepEqual(offered(aFailedJob(elsewhere)), [
      'openTaskSource',
      'copyCommand',
      'copyId',
      'copyExternalId',
      'remove',
    ]);
  });
});

describe('the steps of a job', () => {
  const steps = (step: Step, over: Partial<JobDetail> = {}, snapshot: Partial<SnapshotMessage> = {}) =>
    viewJob(aFailedJob({ ...elsewhere, steps: [step], ...over }), snapshot).steps[0];

  it('have their kind, attempts, times and output', () => {
    const step = steps(aStep());
    const { kind, attempts, startedAt, endedAt } = step?.item ?? {};
    assert.deepEqual([kind, attempts, startedAt, endedAt], ['run', 2, start + 2_000, start + 4_000]);
    assert.deepEqual(step?.output, { ok: true });
  });

  it('have their error', () => {
    const error = { code: 'EXIT_CODE', message: 'Card refused', hint: null, details: 'Traceback' };
    const step = steps(aStep({ status: 'failed', output: undefined, error }));
    assert.deepEqual([step?.item.error, step?.error?.details, step?.output], ['Card refused', 'Traceback', undefined]);
  });

  it('can be rerun from if the job allows it, except for functions', () => {
    assert.equal(steps(aStep())?.rerun, null);
    assert.deepEqual(steps(aStep(), { retryFromStep: again })?.rerun, { reason: null });
    assert.equal(steps(aStep({ kind: 'function' }), { retryFromStep: again })?.rerun, null);
    const untrusted = steps(aStep(), { retryFromStep: again }, { restricted: true });
    assert.match(untrusted?.rerun?.reason ?? '', /not trusted/);
  });

  it('of a local job have no remote facts', () => {
    const plain = {
      id: 'a',
      label: 'A',
      weight: 1,
      progress: 0.5,
      status: 'running',
      parentId: null,
      startedAt: at(2),
      endedAt: null,
    } as const;
    const step = viewJob(aJob({ steps: [plain] }), { remote: null }).steps[0];
    assert.deepEqual([step?.item.kind, step?.item.attempts, step?.item.share, step?.rerun], [null, 1, 0.5, null]);
  });
});
