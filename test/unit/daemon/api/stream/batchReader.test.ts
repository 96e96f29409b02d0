import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BatchReader } from '../../../../../daemon/api/stream/batchReader.ts';
import { JobdeckError } from '../../../../../shared/errors.ts';
import { ReportBatch } from '../../../../../shared/reporting.ts';
import { fitting, nearlyFitting, type Schema } from '../arbitraries.ts';

const schema = JSON.parse(JSON.stringify(ReportBatch)) as Schema;
const { jobs, batch } = schema.properties ?? {};
const reports = jobs?.items?.properties?.reports?.items ?? {};

describe('a batch of reports', () => {
  const reader = new BatchReader();

  it('is accepted if it matches its schema', () => {
    fc.assert(
      fc.property(fitting(schema), (message) => {
        const read = reader.read(message);
        assert.ok(read.jobs.every((job) => !('error' in job)));
      }),
    );
  });

  it('has an error for each job with invalid reports, and for no other job', () => {
    const wrong = nearlyFitting(reports).map((report) => ({ jobId: 'wrong', reports: [report] }));
    const right = fitting(reports).map((report) => ({ jobId: 'right', reports: [report] }));
    fc.assert(
      fc.property(fitting(batch ?? {}), wrong, right, (number, ...entries) => {
        const read = reader.read({ type: 'report', batch: number, jobs: entries });
        assert.equal(read.batch, number);
        assert.deepEqual(
          read.jobs.map(({ jobId }) => jobId),
          ['wrong', 'right'],
        );
        const [first, second] = read.jobs;
        assert.ok(second && !('error' in second));
        if (first && 'error' in first) assert.match(first.error.message, /^(“reports|The entry).*\.$/s);
      }),
    );
  });

  it('is rejected as a whole if it is not a batch', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (message) => {
        assert.throws(() => reader.read(message), JobdeckError);
      }),
    );
  });
});
