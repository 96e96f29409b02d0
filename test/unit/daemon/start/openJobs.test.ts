import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { jobRules } from '../../../../daemon/jobs/kinds/rules.ts';
import { openJobs } from '../../../../daemon/start/openJobs.ts';
import { Warnings } from '../../../../daemon/warnings.ts';
import { homeFiles } from '../../../../shared/client/home.ts';
import { ManualClock } from '../manualClock.ts';
import { addJob } from '../store/temporary.ts';

describe('the database of jobs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-open-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const when of ['before', 'after'] as const) {
    it(`is not recorded once the home may belong to another daemon, ${when} jobs are restored`, async () => {
      const clock = new ManualClock();
      const log = { info() {}, warning() {}, error() {} };
      const inHome = (file: keyof typeof homeFiles) => join(folder, homeFiles[file]);
      const files = {
        database: inHome('database'),
        marker: inHome('marker'),
        logs: inHome('logs'),
        run: inHome('run'),
      };
      const onProblem = () => undefined;
      const options = { now: () => clock.now(), rules: jobRules, logSize: () => 0, onProblem };
      const database = openJobs(options, { ...files, clock, log, warnings: new Warnings() });
      if (when === 'before') database.abandon();
      await database.restore({ restore: async () => 0 });
      if (when === 'after') database.abandon();
      await addJob(database.store, { id: 'a' });
      assert.equal(clock.waiting, 0);
      database.store.close();
    });
  }
});
