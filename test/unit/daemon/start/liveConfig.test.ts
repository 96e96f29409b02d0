import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LiveConfig } from '../../../../daemon/start/liveConfig.ts';
import { Warnings } from '../../../../daemon/warnings.ts';

describe('changed settings of a running daemon', () => {
  let folder: string;
  let warnings: Warnings;
  let changes: { retention: boolean }[];
  let config: LiveConfig;
  let fileChanged: () => void;
  let watched: boolean;

  const write = (text: string) => {
    writeFileSync(join(folder, 'config.json'), text);
    fileChanged();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-live-config-'));
    warnings = new Warnings();
    changes = [];
    config = new LiveConfig({
      file: join(folder, 'config.json'),
      log: { info: () => undefined, warning: () => undefined },
      warnings,
      watch(onChange) {
        fileChanged = onChange;
        watched = true;
        return { close: () => (watched = false) };
      },
      onChange: (changed) => changes.push(changed),
    });
    config.start();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are seen by the parts that have the settings', () => {
    const { retention, disk, reporting } = config;
    write('{"cancelGraceSeconds": 3, "staleMinutes": 2, "reportedTimeLimitMinutes": 0, "disk": {"warnGigabytes": 1}}');
    assert.equal(config.current.cancelGraceSeconds, 3);
    assert.deepEqual({ ...reporting }, { heartbeatMs: 120_000, timeLimitMs: null });
    assert.deepEqual({ ...disk }, { warnBytes: 1024 ** 3, cutBytes: null, attemptLogBytes: 0 });
    assert.deepEqual(changes, [{ retention: false }]);
    write('{"retention": {"days": 0, "jobs": 0, "logGigabytes": 0}}');
    assert.deepEqual({ ...retention }, { days: 0, jobs: 0, logBytes: 0 });
    assert.deepEqual({ ...reporting }, { heartbeatMs: 600_000, timeLimitMs: 1_800_000 });
    assert.deepEqual(changes.at(-1), { retention: true });
  });

  it('are reported only if a setting is different', () => {
    write('{"cancelGraceSeconds": 10}');
    assert.deepEqual(changes, []);
  });

  it('are the defaults, without removing jobs, while the file is broken', () => {
    write('{"retention": {"days": 1}, "cancelGraceSeconds": 3}');
    write('{"retention": {"days": 1}');
    assert.deepEqual({ ...config.retention }, { days: 0, jobs: 0, logBytes: 0 });
    assert.equal(config.current.cancelGraceSeconds, 10);
    assert.deepEqual(
      warnings.list().map(({ code }) => code),
      ['CONFIG_IGNORED'],
    );
    write('{"retention": {"days": 1}}');
    assert.equal(config.retention.days, 1);
    assert.deepEqual(warnings.list(), []);
  });

  it('are no longer watched for after closing', () => {
    config.close();
    assert.equal(watched, false);
  });
});
