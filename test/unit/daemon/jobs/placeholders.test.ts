// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of backfills look like this
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fillIn, fillInTemplate, rangeWords } from '../../../../daemon/jobs/backfills/placeholders.ts';
import { Zone } from '../../../../daemon/zone.ts';

const berlin = new Zone('Europe/Berlin');
const span = { start: Date.UTC(2026, 2, 28, 23), end: Date.UTC(2026, 2, 29, 22) };
const words = rangeWords(span, berlin);

describe('the placeholders of a backfill', () => {
  it('stand for times in UTC, and for days of the time zone', () => {
    assert.equal(
      fillIn('${range.start} ${range.end} ${range.start:date} ${range.end:date}', words),
      '2026-03-28T23:00:00.000Z 2026-03-29T22:00:00.000Z 2026-03-29 2026-03-30',
    );
  });

  it('are replaced in arguments, shell commands, the title and the folder', () => {
    const filled = fillInTemplate(
      {
        command: { argv: ['load', '--day=${range.start:date}', '$HOME'] },
        title: 'of ${range.start:date}',
        cwd: '/d/${range.end:date}',
      },
      words,
    );
    assert.deepEqual(filled.command, { argv: ['load', '--day=2026-03-29', '$HOME'] });
    assert.deepEqual([filled.title, filled.cwd], ['of 2026-03-29', '/d/2026-03-30']);
    const { command } = fillInTemplate({ command: { shell: 'load ${range.start} > $OUT/${name}' } }, words);
    assert.deepEqual(command, { shell: 'load 2026-03-28T23:00:00.000Z > $OUT/${name}' });
  });

  it('are refused if unknown, with a list of the known ones', () => {
    assert.throws(() => fillIn('${range.begin}', words), {
      code: 'INVALID_REQUEST',
      message: 'Unknown placeholder ${range.begin}.',
      hint: /\$\{range\.start:date\}/,
    });
    assert.throws(() => fillIn('${range.toString}', words), { code: 'INVALID_REQUEST' });
  });
});
