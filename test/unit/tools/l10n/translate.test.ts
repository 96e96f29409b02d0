import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unreachable } from '../../../../daemon/engines/inngest/errors.ts';
import { signalOf } from '../../../../daemon/engines/local/outcome/errors.ts';
import { timeline } from '../../../../daemon/jobs/timeline.ts';
import { explain } from '../../../../shared/explain/explain.ts';
import { formatAgo, formatBytes, formatDuration, formatShare, waitSentence } from '../../../../shared/format.ts';
import { statusWord } from '../../../../shared/statusLooks.ts';
import { timeLeftSentence } from '../../../../shared/timeLeft.ts';
import { fillIn, said, translateBy, translated, untranslated } from '../../../../shared/translate.ts';
import { whenForms } from '../../../../shared/when.ts';
import { germanFile, readTexts } from '../../../../tools/l10n/bundles.ts';

const german = translateBy(readTexts(germanFile), 'de');

describe('a translator', () => {
  const t = translateBy({ 'Job {0} of {1}': '{1} hat Job {0}' }, 'de');

  it('puts values where the language wants them', () => {
    assert.equal(t('Job {0} of {1}', 3, 'build'), 'build hat Job 3');
  });

  it('leaves English what it does not know', () => {
    assert.equal(t('Cancel {0}', 'it'), 'Cancel it');
  });

  it('does not fill in what a value says', () => {
    assert.equal(fillIn('{0} and {1}', ['{1}', 'x']), '{1} and x');
  });

  it('translates tables whole', () => {
    assert.deepEqual(translated({ a: 'Yes', b: { c: 'No' } }, german), { a: 'Ja', b: { c: 'Nein' } });
  });
});

describe('shared texts in German', () => {
  const now = Date.parse('2026-03-14T12:00:00.000Z');
  const ago = (ms: number) => new Date(now - ms).toISOString();

  it('write numbers and times as Germans do', () => {
    assert.equal(formatBytes(3_400, german), '3,4 kB');
    assert.equal(formatBytes(3_400), '3.4 kB');
    assert.equal(formatShare(0.9754, german), '97,5 %');
    assert.equal(formatDuration(2 * 86_400_000 + 3_600_000, german), '2 Tg. 1 h');
    assert.equal(formatAgo(ago(300_000), now, german), 'vor 5 min');
    assert.equal(formatAgo(ago(0), now, german), 'gerade eben');
  });

  it('say how a job is', () => {
    assert.equal(statusWord({ status: 'failed', cancelRequestedAt: null }, german), 'Fehlgeschlagen');
    const waiting = { status: 'waiting', queue: 'gpu', waitUntil: null } as const;
    assert.equal(
      waitSentence({ ...waiting, waitReason: 'queueFull', waitDetail: '1 of 1' }, now, german),
      'Queue `gpu` ist voll (1 von 1)',
    );
    assert.equal(
      waitSentence({ ...waiting, waitReason: 'dependency', waitDetail: '`a` and 2 others' }, now, german),
      'nach `a` und 2 weitere',
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

describe('what the daemon says, in German', () => {
  it('is recognised by its words, and keeps its values', () => {
    assert.equal(said('Port 3000 is already in use.', german), 'Port 3000 ist schon belegt.');
    assert.equal(said('Failed with exit code 3 after 2 s.', german), 'Nach 2 s mit Exit-Code 3 fehlgeschlagen.');
  });

  it('is recognised inside of another sentence', () => {
    assert.equal(
      said('The job has already ended: it is completed.', german),
      'Der Job ist schon beendet; Status: abgeschlossen.',
    );
    const hint = 'Choose another port. It said: Error: listen EACCES: permission denied 0.0.0.0:80';
    assert.equal(
      said(hint, german),
      'Wähl einen anderen Port. Die Ausgabe sagt: Error: listen EACCES: permission denied 0.0.0.0:80',
    );
  });

  it('has no English words within German ones', () => {
    assert.match(said(`Use ${whenForms}.`, german), /^Möglich: ein Datum wie .*\(s, min, h, d, w\)\.$/);
    const { message } = unreachable('inngest.example', { code: 'CERT_HAS_EXPIRED' }, false);
    assert.equal(said(message, german), 'Das Zertifikat von inngest.example ist abgelaufen.');
  });

  it('is shown as it came when it is not known, or in English', () => {
    assert.equal(said('My program says this.', german), 'My program says this.');
    assert.equal(said('Paused.', untranslated), 'Paused.');
    assert.equal(said(null, german), null);
  });

  it('is not taken apart slowly, whatever it is', () => {
    for (const times of [150, 20_000]) {
      const long = `Choose it.${' It said: x'.repeat(times)}`;
      assert.equal(typeof said(long, german), 'string');
    }
  });

  it('are the entries of a timeline', () => {
    const facts = { signal: null, ms: 2_000, error: null };
    const entries = [
      timeline.submitted(null),
      timeline.started(12),
      timeline.paused(),
      timeline.inputSent(1),
      timeline.forceFailed('stuck'),
      timeline.triesAgain(1, 3, '5 s'),
      timeline.groupRetried(2),
      timeline.foundPaused(true),
      timeline.ended('completed', { ...facts, exitCode: 0 }),
      timeline.ended('cancelled', { ...facts, exitCode: 143 }),
      timeline.ended('failed', { ...facts, exitCode: 3 }),
      timeline.ended('failed', { ...facts, exitCode: 137, signal: 'SIGKILL' }),
      timeline.ended('failed', { ...facts, exitCode: null }),
    ];
    for (const { message } of entries) assert.notEqual(said(message, german), message);
  });

  const recordings = join(import.meta.dirname, '../../../data/explain');
  for (const folder of readdirSync(recordings, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    it(`is why a program failed: ${folder.name}`, () => {
      for (const file of readdirSync(join(recordings, folder.name))) {
        const text = readFileSync(join(recordings, folder.name, file), 'utf8');
        const [, status = '', commandLine = ''] = /^# exit (\d+): (.*)\n/.exec(text) ?? [];
        const output = text.slice(text.indexOf('\n') + 1);
        const ended = { exitCode: Number(status), signal: signalOf(Number(status)), commandLine };
        const found = explain(output, ended);
        assert.ok(found, file);
        assert.notEqual(said(found.message, german), found.message, `${file}: ${found.message}`);
        const hint = said(found.hint, german);
        assert.doesNotMatch(hint, /It said:/, file);
        // All before the quoted line is German too.
        const [before = ''] = found.hint.split(' It said:');
        assert.ok(!hint.startsWith(before), `${file}: ${hint}`);
        assert.ok(hint.includes(found.line.slice(0, 100)), `${file} quotes the line`);
      }
    });
  }
});
