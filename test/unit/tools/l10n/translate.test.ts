import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatAgo, formatBytes, formatDuration, formatShare } from '../../../../shared/format.ts';
import { waitDetail } from '../../../../shared/messages/waits.ts';
import { statusWord } from '../../../../shared/statusLooks.ts';
import { timeLeftSentence } from '../../../../shared/timeLeft.ts';
import { fillIn, translateBy, translated } from '../../../../shared/translate.ts';
import { waitSentence } from '../../../../shared/waits.ts';
import { germanFile, readTexts } from '../../../../tools/l10n/bundles.ts';

const german = translateBy(readTexts(germanFile), 'de');

describe('a translator', () => {
  const t = translateBy({ 'Job {0} of {1}': '{1} hat Job {0}' }, 'de');

  it('inserts values where the translation has their placeholders', () => {
    assert.equal(t('Job {0} of {1}', 3, 'build'), 'build hat Job 3');
  });

  it('leaves unknown texts in English', () => {
    assert.equal(t('Cancel {0}', 'it'), 'Cancel it');
  });

  it('does not replace placeholders inside a value', () => {
    assert.equal(fillIn('{0} and {1}', ['{1}', 'x']), '{1} and x');
  });

  it('translates whole tables', () => {
    const ours = translateBy({ Yes: 'Ja', No: 'Nein' }, 'de');
    assert.deepEqual(translated({ a: 'Yes', b: { c: 'No' } }, ours), { a: 'Ja', b: { c: 'Nein' } });
  });
});

describe('shared texts in German', () => {
  const now = Date.parse('2026-03-14T12:00:00.000Z');
  const ago = (ms: number) => new Date(now - ms).toISOString();

  it('format numbers and times as in German', () => {
    assert.equal(formatBytes(3_400, german), '3,4 kB');
    assert.equal(formatBytes(3_400), '3.4 kB');
    assert.equal(formatShare(0.9754, german), '97,5\u00a0%');
    assert.equal(formatDuration(2 * 86_400_000 + 3_600_000, german), '2 Tg. 1 h');
    assert.equal(formatAgo(ago(300_000), now, german), 'vor 5 min');
    assert.equal(formatAgo(ago(0), now, german), 'gerade eben');
  });

  it('include the status of a job and its reason for waiting', () => {
    assert.equal(statusWord({ status: 'failed', cancelRequestedAt: null }, german), 'Fehlgeschlagen');
    const waiting = { status: 'waiting', queue: 'gpu', waitUntil: null } as const;
    const places = waitDetail('wait.places', { taken: 1, limit: 1 });
    assert.match(
      waitSentence({ ...waiting, waitReason: 'queueFull', waitDetail: places }, now, german) ?? '',
      /^Queue „gpu“ ist voll \(1 /,
    );
    const running = {
      status: 'running',
      startedAt: ago(60_000),
      pausedAt: null,
      progress: null,
      usualMs: 170_000,
    } as const;
    assert.equal(timeLeftSentence(running, now, german), 'üblich: 3 min');
  });
});
