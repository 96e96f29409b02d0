import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { changeSchedule } from '../../../../extension/definitions/changeSchedule.ts';

/** The text after a change. */
const changed = (...args: Parameters<typeof changeSchedule>) => {
  const after = changeSchedule(...args);
  assert.ok('text' in after);
  return after;
};

describe('the schedule of a job in a file', () => {
  const file =
    '{\n  // mine\n  "jobs": {\n    "a": { "command": "x" }, // a\n    "b": {\n      "command": "y"\n    }\n  }\n}\n';

  it('is added as a string, or as an object if it has options', () => {
    const { text, offset } = changed(file, 'b', { cron: '@daily', overlap: 'skip' });
    assert.equal(text, file.replace('"y"', '"y",\n      "schedule": "@daily"'));
    assert.ok(text.slice(offset).startsWith('"b"'));
    assert.match(
      changed(file, 'b', { cron: '@daily', overlap: 'queue' }).text,
      /"schedule": \{\s+"cron": "@daily",\s+"overlap": "queue"\s+\}/,
    );
  });

  it('is changed where it differs, and removed', () => {
    const { text: before } = changed(file, 'b', { cron: '@daily', overlap: 'queue' });
    const commented = before.replace('"cron": "@daily",', '"cron": "@daily", // at night');
    const { text: after } = changed(commented, 'b', { cron: '@hourly', overlap: 'queue', queue: 'slow' });
    assert.match(after, /"cron": "@hourly", \/\/ at night/);
    assert.match(after, /"queue": "slow"/);
    assert.equal(changed(commented, 'b', { cron: '@daily', overlap: 'queue', queue: 'default' }).text, commented);
    assert.equal(changed(before, 'b', null).text, file);
  });

  it('has a time zone where one is given, and keeps it otherwise', () => {
    const { text: zoned } = changed(file, 'b', { cron: '0 3 * * 1', overlap: 'skip', timezone: 'Asia/Tokyo' });
    assert.match(zoned, /"schedule": \{\s+"cron": "0 3 \* \* 1",\s+"timezone": "Asia\/Tokyo"\s+\}/);
    assert.equal(changed(zoned, 'b', { cron: '0 3 * * 1', overlap: 'skip' }).text, zoned);
    assert.match(changed(zoned, 'b', { cron: '@daily', overlap: 'skip', timezone: 'UTC' }).text, /"timezone": "UTC"/);
    assert.doesNotMatch(changed(zoned, 'b', { cron: '@daily', overlap: 'skip', timezone: null }).text, /timezone/);
  });

  it('is not changed in a file that can’t be read, or of a job that is not in it', () => {
    assert.ok('problem' in changeSchedule('{', 'b', null));
    assert.equal(changed(file, 'c', null).text, file);
  });
});
