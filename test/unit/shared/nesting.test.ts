import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isNestedTooDeep, maxNesting, maxValueNesting, parseCut } from '../../../shared/nesting.ts';

describe('the nesting of JSON', () => {
  const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;

  it('is limited', () => {
    assert.equal(isNestedTooDeep(nested(maxNesting)), false);
    assert.equal(isNestedTooDeep(nested(maxNesting + 2)), true);
    assert.equal(isNestedTooDeep('['.repeat(100_000)), true);
  });

  it('of other systems is cut, and the rest is kept', () => {
    const value = parseCut(`{"state": "SUCCESS", "result": ${nested(100_000)}}`) as Record<string, unknown>;
    assert.equal(value.state, 'SUCCESS');
    const text = JSON.stringify(value);
    assert.equal(isNestedTooDeep(text, maxValueNesting), false);
    assert.match(text, /…/);
    assert.deepEqual(parseCut('{"a": [1, {"b": null}]}'), { a: [1, { b: null }] });
  });

  it('does not count brackets in strings, or lists one after the other', () => {
    assert.equal(isNestedTooDeep(`["${'['.repeat(1_000)}\\"${'{'.repeat(1_000)}"]`), false);
    assert.equal(isNestedTooDeep(`[${'[],{},'.repeat(1_000)}1]`), false);
  });
});
