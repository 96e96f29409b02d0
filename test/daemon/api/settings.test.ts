import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startDaemon, type TestDaemon } from '../harness.ts';

describe('config.json of a running daemon', function () {
  this.timeout(30_000);
  let daemon: TestDaemon;

  beforeEach(async () => {
    daemon = await startDaemon({ config: { cancelGraceSeconds: 600 } });
  });
  afterEach(() => daemon.dispose());

  const file = () => join(daemon.home, 'config.json');
  const warnings = async () => {
    const codes = (await daemon.request('GET', '/v1/health')).body.warnings.map(({ code }: { code: string }) => code);
    return codes.includes('CONFIG_IGNORED');
  };
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await pause(20);
  };

  it('takes effect without a restart, also when it is replaced', async () => {
    const { id } = await daemon.submit("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await daemon.waitForJob(id, ({ status }) => status === 'running');
    await until(async () => {
      const { text } = await daemon.request('GET', `/v1/jobs/${id}/attempts/1/log`);
      return text.includes('ready');
    });
    // A broken file in between shows when the daemon has read it again.
    writeFileSync(file(), '{');
    await until(warnings);
    writeFileSync(`${file()}.new`, '{"cancelGraceSeconds": 1}');
    renameSync(`${file()}.new`, file());
    await until(async () => !(await warnings()));
    await daemon.request('POST', `/v1/jobs/${id}/cancel`);
    const job = await daemon.waitForJob(id, ({ status }) => status === 'cancelled');
    assert.ok(Date.parse(job.endedAt ?? '') - Date.parse(job.cancelRequestedAt ?? '') < 15_000);
  });
});
