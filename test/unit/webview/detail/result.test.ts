import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resultRows } from '../../../../webview/detail/view/result.ts';
import { timesFor } from '../../../../webview/times.ts';

describe('the summary of a result', () => {
  it('is empty without a result', () => {
    assert.deepEqual(resultRows(null), []);
  });

  it('has a row for each field', () => {
    assert.deepEqual(resultRows({ rows: 12, ok: true, note: 'done', files: ['a', 'b'], inner: { x: 1 }, gone: null }), [
      { label: 'rows', value: '12', items: [] },
      { label: 'ok', value: 'Yes', items: [] },
      { label: 'note', value: 'done', items: [] },
      { label: 'files', value: '2 items', items: ['a', 'b'] },
      { label: 'inner', value: '1 field', items: [] },
      { label: 'gone', value: 'None', items: [] },
    ]);
  });

  it('has one row for a single value or a list', () => {
    assert.deepEqual(resultRows('done'), [{ label: null, value: 'done', items: [] }]);
    assert.deepEqual(resultRows([1]), [{ label: null, value: '1 item', items: ['1'] }]);
  });

  it('is always short', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const rows = resultRows(value);
        assert.ok(rows.length <= 50);
        for (const { items } of rows) assert.ok(items.length <= 10);
      }),
    );
    assert.equal(resultRows(Object.fromEntries(Array.from({ length: 99 }, (_, at) => [at, at]))).length, 50);
    assert.ok((resultRows('x'.repeat(100_000))[0]?.value.length ?? 0) < 2_100);
  });
});

describe('times', () => {
  const show = timesFor({ locale: 'en-GB', timeZone: 'UTC' });

  it('are short on the same day', () => {
    assert.equal(show('2026-03-14T09:00:05.000Z', Date.parse('2026-03-14T23:00:00Z')).text, '09:00:05');
  });

  it('have the date on other days', () => {
    assert.equal(show('2026-03-14T09:00:05.000Z', Date.parse('2026-03-15T00:00:01Z')).text, '14 Mar 2026, 09:00:05');
  });

  it('are also given in full and in ISO 8601', () => {
    const time = show('2026-03-14T09:00:05.000Z', Date.parse('2026-03-14T10:00:00Z'));
    assert.match(time.full, /Saturday,? 14 March 2026.*09:00:05/);
    assert.equal(time.iso, '2026-03-14T09:00:05.000Z');
  });
});
