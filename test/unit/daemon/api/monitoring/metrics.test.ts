import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { gauge, histogram } from '../../../../../daemon/api/monitoring/exposition.ts';
import { Histogram } from '../../../../../daemon/histogram.ts';
import { dispatched, endJob, request } from '../../jobs/bench.ts';
import { LiveApi } from '../liveApi.ts';

describe('Prometheus metrics', () => {
  it('are written in the text format with escaped labels', () => {
    assert.equal(
      gauge('a', 'Two\nlines.', [{ value: 1 }, { labels: { type: 'x "y" \\ \n' }, value: 0.5 }]),
      '# HELP a Two\\nlines.\n# TYPE a gauge\na 1\na{type="x \\"y\\" \\\\ \\n"} 0.5',
    );
    const of = new Histogram([1, 10]);
    for (const seconds of [0.5, 1, 5, 50]) of.observe(seconds);
    assert.deepEqual(
      histogram('h', 'H.', [{ labels: { q: 'a' }, of }])
        .split('\n')
        .slice(2),
      [
        'h_bucket{q="a",le="1"} 2',
        'h_bucket{q="a",le="10"} 3',
        'h_bucket{q="a",le="+Inf"} 4',
        'h_sum{q="a"} 56.5',
        'h_count{q="a"} 4',
      ],
    );
  });

  describe('of a daemon', () => {
    let api: LiveApi;
    beforeEach(async () => {
      api = await LiveApi.open();
    });
    afterEach(() => api.end());

    const lines = async () => {
      const reply = await api.ask('GET', '/metrics');
      assert.equal(reply.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
      assert.ok(reply.body.endsWith('\n'));
      return reply.body.split('\n');
    };

    it('cover jobs by status and type, durations, queues and start delays', async () => {
      await endJob(api.bench, 0, { type: 'build' });
      await endJob(api.bench, 1, { type: 'build' });
      await api.bench.jobs.queues.set('gpu', { concurrency: 1 });
      for (let n = 0; n < 3; n += 1) await api.bench.jobs.submissions.submit(request({ queue: 'gpu', type: 'train' }));
      await dispatched(api.bench);
      const found = new Set(await lines());
      for (const line of [
        'jobdeck_jobs{status="completed",type="build"} 1',
        'jobdeck_jobs{status="failed",type="build"} 1',
        'jobdeck_jobs{status="waiting",type="train"} 2',
        'jobdeck_job_duration_seconds_bucket{type="build",le="0.1"} 2',
        'jobdeck_job_duration_seconds_count{type="build"} 2',
        'jobdeck_queue_running{queue="gpu"} 1',
        'jobdeck_queue_waiting{queue="gpu"} 2',
        'jobdeck_start_delay_seconds_count 3',
        'jobdeck_feed_clients 0',
      ]) {
        assert.ok(found.has(line), `${line}\n${[...found].join('\n')}`);
      }
    });

    it('are valid lines of the text format, each after its type', async () => {
      await endJob(api.bench, 0);
      const types = new Set<string>();
      for (const line of (await lines()).slice(0, -1)) {
        const [, typed] = /^# TYPE (\w+) (?:gauge|histogram)$/.exec(line) ?? [];
        if (typed) types.add(typed);
        if (line.startsWith('#')) continue;
        const [, name = ''] = /^([a-z_]+)(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? \S+$/.exec(line) ?? [];
        assert.ok(types.has(name) || types.has(name.replace(/_(bucket|sum|count)$/, '')), line);
      }
    });
  });
});
