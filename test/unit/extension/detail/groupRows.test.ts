import assert from 'node:assert/strict';
import { Emitter } from '../../../../extension/base/event.ts';
import type { ConnectionState, DaemonAccess } from '../../../../extension/daemon/access.ts';
import type { JobsChange, OlderChange } from '../../../../extension/daemon/jobsModel.ts';
import { GroupRows } from '../../../../extension/detail/groupRows.ts';
import type { ChildrenMessage } from '../../../../shared/childRow.ts';
import { ChildRows } from '../../../../shared/childRow.ts';
import type { Job } from '../../../../shared/job.ts';
import type { ListQuery } from '../../../../shared/protocol.ts';
import { makeJob, makeState } from '../builders.ts';

/** A group with jobs `j0`, `j1`… in a daemon, and the page that shows it. */
function bench(count: number) {
  const jobs = Array.from({ length: count }, (_, n) => makeJob({ id: `j${n}`, parentId: 'g', rev: 1 }));
  const queries: ListQuery[] = [];
  const during: (() => void)[] = [];
  const list = async (query: ListQuery) => {
    queries.push(query);
    const start = Number(query.cursor ?? 0);
    const end = start + (query.limit ?? 50);
    const found = jobs.slice(start, end);
    during.shift()?.();
    return { jobs: found, nextCursor: end < jobs.length ? String(end) : null, total: jobs.length, totalIsExact: true };
  };
  const states = new Emitter<ConnectionState>();
  const access = { state: makeState(), onDidChangeState: states.event, client: async () => ({ list }) };
  const changes = new Emitter<JobsChange>();
  const older = new Emitter<OlderChange>();
  const known = new Map<string, Job>();
  const page = new ChildRows();
  const messages: ChildrenMessage[] = [];
  let complete: () => void = () => undefined;
  const rows = new GroupRows('g', {
    access: access as unknown as DaemonAccess,
    model: { get: (id) => known.get(id), onDidChange: changes.event, onDidChangeOlder: older.event },
    send: (message) => {
      assert.ok(message.type === 'children');
      messages.push(message);
      page.apply(message);
      if (message.complete) complete();
    },
    problemChanged: () => undefined,
  });
  const tell = (job: Job, over: Partial<JobsChange> = {}) => {
    known.set(job.id, job);
    changes.fire({ changed: [job.id], removed: [], reset: false, progressOnly: false, ...over } as JobsChange);
  };
  const completed = () =>
    new Promise<void>((resolve) => {
      complete = resolve;
    });
  return { rows, jobs, queries, during, changes, older, page, messages, tell, completed };
}

describe('the jobs of a group on its page', () => {
  it('are read in pages, each of which is sent immediately', async () => {
    const { rows, queries, page, messages, completed } = bench(1_250);
    const done = completed();
    rows.show();
    await done;
    assert.deepEqual(
      queries.map(({ limit }) => limit),
      [100, 500, 500, 500],
    );
    assert.deepEqual(
      messages.map(({ reset, rows: sent }) => [reset, sent.length]),
      [
        [true, 100],
        [false, 500],
        [false, 500],
        [false, 150],
      ],
    );
    assert.equal(page.rows.length, 1_250);
    rows.dispose();
  });

  it('follow the feed without being read again', async () => {
    const { rows, queries, page, tell, completed } = bench(3);
    const done = completed();
    rows.show();
    await done;
    tell(makeJob({ id: 'j1', parentId: 'g', status: 'failed', rev: 2 }));
    assert.equal(page.get('j1')?.status, 'failed');
    tell(makeJob({ id: 'j3', parentId: 'g', rev: 3 }));
    tell(makeJob({ id: 'other', parentId: null, rev: 4 }));
    assert.deepEqual(
      page.rows.map(({ id }) => id),
      ['j0', 'j1', 'j2', 'j3'],
    );
    assert.equal(queries.length, 1);
    rows.dispose();
  });

  it('lose removed jobs, also those that are too old for the model', async () => {
    const { rows, page, older, tell, completed } = bench(3);
    const done = completed();
    rows.show();
    await done;
    tell(makeJob({ id: 'other', parentId: null }), { removed: ['j0'] });
    older.fire({ jobs: [], removed: ['j2'], reset: false });
    assert.deepEqual(
      page.rows.map(({ id }) => id),
      ['j1'],
    );
    rows.dispose();
  });

  it('keep a change that arrives while they are read again', async () => {
    const { rows, page, during, changes, tell, completed } = bench(3);
    const done = completed();
    rows.show();
    await done;
    during.push(() => tell(makeJob({ id: 'j1', parentId: 'g', status: 'failed', rev: 2 })));
    const again = completed();
    const settled = again.then(completed);
    changes.fire({ changed: [], removed: [], reset: true, progressOnly: false } as unknown as JobsChange);
    await settled;
    assert.equal(page.get('j1')?.status, 'failed');
    assert.equal(page.rows.length, 3);
    rows.dispose();
  });

  it('are sent again to a page that was hidden, with what changed meanwhile', async () => {
    const { rows, page, messages, tell, completed } = bench(3);
    const done = completed();
    rows.show();
    await done;
    rows.hide();
    const sent = messages.length;
    tell(makeJob({ id: 'j1', parentId: 'g', status: 'failed', rev: 2 }));
    assert.equal(messages.length, sent);
    rows.show();
    assert.deepEqual([messages.at(-1)?.reset, page.get('j1')?.status], [true, 'failed']);
    rows.dispose();
  });
});
