import assert from 'node:assert/strict';
import { Emitter } from '../../../../../extension/base/event.ts';
import type { ConnectionState, DaemonAccess } from '../../../../../extension/daemon/access.ts';
import { JobsModel } from '../../../../../extension/daemon/jobsModel.ts';
import type { JobFilter } from '../../../../../extension/tree/filter/filter.ts';
import { OlderJobs, pageSize } from '../../../../../extension/tree/older/olderJobs.ts';
import type { Section } from '../../../../../extension/tree/older/olderSections.ts';
import { JobdeckError } from '../../../../../shared/errors.ts';
import { byEndDescending } from '../../../../../shared/feed.ts';
import type { Job } from '../../../../../shared/job.ts';
import type { JobList, ListQuery } from '../../../../../shared/protocol.ts';
import { feedHistory } from '../../../../../shared/wire.ts';
import { ago, makeJob, makeState } from '../../builders.ts';

/** A daemon with these finished jobs. The window knows the latest ones, and has loaded some of the others. */
function open(finished: Job[]) {
  const history = [...finished].sort(byEndDescending);
  const asked: ListQuery[] = [];
  const fault: { error: JobdeckError | null } = { error: null };
  const list = async (query: ListQuery): Promise<JobList> => {
    asked.push(query);
    if (fault.error !== null) throw fault.error;
    const { status = '', endedUntil, limit = 50, cursor = '0', q } = query;
    const matching = history.filter(
      (job) =>
        status.split(',').includes(job.status) &&
        (endedUntil === undefined || String(job.endedAt) <= endedUntil) &&
        (q === undefined || job.title.includes(q) || job.type === q) &&
        (query.type === undefined || [query.type].flat().includes(job.type)),
    );
    const from = Number(cursor);
    const jobs = matching.slice(from, from + limit);
    const nextCursor = from + limit < matching.length ? String(from + limit) : null;
    return { jobs, nextCursor, total: matching.length, totalIsExact: true };
  };
  const model = new JobsModel();
  const known = history.slice(0, feedHistory);
  model.apply({ type: 'snapshot', epoch: 'e', rev: 1, jobs: known });
  const states = new Emitter<ConnectionState>();
  const access = { state: makeState(), onDidChangeState: states.event, client: async () => ({ list }) };
  const older = new OlderJobs({ model, access: access as unknown as DaemonAccess });
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      if (holds()) return resolve();
      const subscription = older.onDidChange(() => {
        if (!holds()) return;
        subscription.dispose();
        resolve();
      });
    });
  const look = (filter: JobFilter, ...sections: Section[]) => {
    older.setScope(filter, sections);
    older.setVisible(true);
  };
  after(() => older.dispose());
  return { older, model, history, known, asked, fault, until, look };
}

/** Finished jobs, one second apart. Every tenth has failed. */
const jobs = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    makeJob({
      status: n % 10 === 0 ? 'failed' : 'completed',
      type: n % 7 === 0 ? 'rare' : 'build',
      endedAt: ago(n / 60),
    }),
  );
const ids = (some: readonly Job[]) => some.map(({ id }) => id).sort();

describe('older jobs', () => {
  it('are not requested if the window has all jobs', async () => {
    const { older, asked, look, until } = open(jobs(20));
    look({ status: ['failed'] }, 'failed', 'recent');
    await until(() => older.problem === null);
    assert.deepEqual([older.more('failed'), older.more('recent'), asked], [undefined, undefined, []]);
  });

  it('are only counted until requested', async () => {
    const { older, look, until } = open(jobs(650));
    look({}, 'failed', 'recent');
    await until(() => older.more('failed') !== undefined && older.more('recent') !== undefined);
    assert.deepEqual([older.more('failed')?.count, older.more('recent')?.count], [15, 135]);
    assert.deepEqual(older.all(), []);
  });

  it('are loaded page by page, each once', async () => {
    const { older, history, look, until } = open(jobs(750));
    look({}, 'finished');
    await until(() => older.more('finished') !== undefined);
    const beyond = history.slice(feedHistory);
    await older.load('finished');
    // The oldest job known to the window ended where the first page starts.
    assert.deepEqual(ids(older.all()), ids(beyond.slice(0, pageSize - 1)));
    await older.load('finished');
    await older.load('finished');
    assert.deepEqual(ids(older.all()), ids(beyond));
    assert.equal(older.more('finished'), undefined);
  });

  it('that match a filter are loaded automatically', async () => {
    const old = makeJob({ status: 'failed', type: 'deploy', endedAt: ago(50_000) });
    const { older, asked, look, until } = open([...jobs(600), old]);
    look({ status: ['failed'], type: ['deploy'] }, 'failed', 'recent');
    assert.equal(older.searching, true);
    await until(() => older.all().length > 0 && !older.searching);
    assert.deepEqual(ids(older.all()), [old.id]);
    assert.equal(older.more('failed'), undefined);
    assert.deepEqual([asked.length, asked[0]?.status, asked[0]?.type], [1, 'failed', ['deploy']]);
  });

  it('of a search are found even if its first pages are known', async () => {
    const hit = (minutes: number) => makeJob({ status: 'completed', title: 'needle', endedAt: ago(minutes) });
    const near = Array.from({ length: pageSize + 20 }, (_, n) => hit(n / 600));
    const far = hit(50_000);
    const { older, asked, look, until } = open([...near, ...jobs(feedHistory), far]);
    look({ text: 'needle' }, 'finished');
    await until(() => older.all().length > 0);
    assert.deepEqual(ids(older.all()), [far.id]);
    assert.deepEqual([asked.length, asked[0]?.endedUntil], [2, undefined]);
  });

  it('found by the daemon are shown even if the window can’t tell why they match', async () => {
    const { older, history, look, until } = open(jobs(600));
    const [first] = history;
    assert.ok(first);
    const rare = history.filter(({ type }) => type === 'rare');
    look({ text: 'rare' }, 'finished');
    await until(() => older.all().length > 0);
    assert.deepEqual(ids(older.all()), ids(rare.filter((job) => history.indexOf(job) >= feedHistory)));
    assert.ok(rare.every(({ id }) => older.found(id)));
    assert.ok(!older.found(history[1]?.id ?? ''));
  });

  it('are requested for a search even if the window has all jobs', async () => {
    const { older, history, look, until } = open(jobs(20));
    look({ text: 'rare' }, 'finished');
    await until(() => history.some(({ id }) => older.found(id)));
    assert.deepEqual([older.all(), older.more('finished')], [[], undefined]);
  });

  it('are updated and removed', async () => {
    const { older, model, look, until } = open(jobs(600));
    look({}, 'finished');
    await until(() => older.more('finished') !== undefined);
    await older.load('finished');
    const [first, second] = older.all();
    assert.ok(first && second);
    model.apply({ type: 'changes', rev: 2, jobs: [{ ...first, title: 'new', rev: 2 }], removed: [second.id] });
    assert.equal(older.get(first.id)?.title, 'new');
    assert.equal(older.get(second.id), undefined);
    // Once retried, the job belongs to the window's own jobs.
    model.apply({
      type: 'changes',
      rev: 3,
      jobs: [{ ...first, status: 'running', endedAt: null, rev: 3 }],
      removed: [],
    });
    assert.equal(older.get(first.id), undefined);
    assert.ok(model.get(first.id));
    assert.equal(older.all().length, pageSize - 1 - 2);
  });

  it('leave no gap to the window’s jobs when newer ones finish', async () => {
    const { older, model, known, look, until } = open(jobs(600));
    look({}, 'finished');
    await until(() => older.more('finished') !== undefined);
    await older.load('finished');
    const oldest = known.at(-1);
    assert.ok(oldest);
    const added = makeJob({ status: 'completed', endedAt: ago(-1) });
    model.apply({ type: 'changes', rev: 2, jobs: [added], removed: [] });
    assert.equal(model.get(oldest.id), undefined);
    assert.ok(older.get(oldest.id));
  });

  it('are read again after a snapshot, as many as before', async () => {
    const { older, model, history, known, look, until } = open(jobs(800));
    look({}, 'finished');
    await until(() => older.more('finished') !== undefined);
    await older.load('finished');
    const gone = older.all()[0];
    assert.ok(gone);
    history.splice(history.indexOf(gone), 1);
    model.apply({ type: 'snapshot', epoch: 'e', rev: 2, jobs: known });
    await until(() => older.get(gone.id) === undefined);
    assert.ok(older.all().length >= pageSize - 1);
  });

  it('report a problem, and are read when the daemon works again', async () => {
    const { older, model, known, fault, look, until } = open(jobs(600));
    fault.error = new JobdeckError({ code: 'STORAGE_FAILED', message: 'The disk fails.', hint: null });
    look({ type: ['build'] }, 'finished');
    await until(() => older.problem !== null);
    assert.equal(older.problem?.message, 'The disk fails.');
    await assert.rejects(older.load('finished'), { code: 'STORAGE_FAILED' });
    fault.error = null;
    model.apply({ type: 'snapshot', epoch: 'e', rev: 2, jobs: known });
    await until(() => older.all().length > 0 && older.problem === null);
  });

  it('clear the problem after the next page was loaded', async () => {
    const { older, fault, look, until } = open(jobs(650));
    fault.error = new JobdeckError({ code: 'STORAGE_FAILED', message: 'The disk fails.', hint: null });
    look({}, 'finished');
    await until(() => older.problem !== null);
    fault.error = null;
    await older.load('finished');
    assert.deepEqual([older.problem, older.all().length > 0], [null, true]);
  });

  it('are requested again if the daemon is available but did not reply', async () => {
    const { older, asked, look, fault, until } = open(jobs(650));
    fault.error = new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'no answer for 30 seconds', hint: null });
    look({}, 'finished');
    await until(() => asked.length > 0 && !older.searching);
    fault.error = null;
    await until(() => older.more('finished') !== undefined);
    assert.equal(older.problem, null);
  });

  it('are kept when they move to other sections', async () => {
    const { older, look, until } = open(jobs(700));
    const filter: JobFilter = {};
    look(filter, 'failed', 'recent');
    await until(() => older.more('recent') !== undefined);
    await older.load('recent');
    const before = older.all().length;
    older.setScope(filter, ['finished']);
    assert.equal(older.all().length, before);
    await until(() => older.more('finished') !== undefined);
    assert.ok(older.all().length >= before);
  });

  it('are replaced by those of another filter, whatever was in progress', async () => {
    const { older, look, until } = open(jobs(700));
    look({ type: ['build'] }, 'finished');
    look({ type: ['rare'] }, 'finished');
    await until(() => older.all().length > 0);
    assert.deepEqual([...new Set(older.all().map(({ type }) => type))], ['rare']);
  });
});
