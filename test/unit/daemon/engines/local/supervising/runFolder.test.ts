import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { RunFolder } from '../../../../../../daemon/engines/local/supervising/runFolder.ts';

describe('the outcome in a run folder', () => {
  let folder: RunFolder;

  beforeEach(async () => {
    folder = new RunFolder(mkdtempSync(join(tmpdir(), 'jobdeck-run-')), 'job.1.1');
    await folder.create();
  });
  afterEach(() => rmSync(join(folder.path, '..'), { recursive: true }));

  /** Over the blanks, as supervisors write. */
  async function outcomeOf(exit: string, message = ''): Promise<unknown[]> {
    writeFileSync(join(folder.path, 'exit'), `${exit}\n${' '.repeat(60)}\n`);
    writeFileSync(join(folder.path, 'messages'), `${message}${' '.repeat(60)}\n`);
    const outcome = await folder.outcome();
    return outcome?.kind === 'status' ? [outcome.status, outcome.endedBy] : [outcome?.kind];
  }

  it('is exact from the supervisor in Node', async () => {
    assert.deepEqual(await outcomeOf('exit 137'), [137, 'exit']);
    assert.deepEqual(await outcomeOf('exit 3221225786'), [3_221_225_786, 'exit']);
    assert.deepEqual(await outcomeOf('signal 9'), [137, 'signal']);
  });

  it('depends on the message of a shell', async () => {
    assert.deepEqual(await outcomeOf('0', 'anything\n'), [0, 'exit']);
    assert.deepEqual(await outcomeOf('137'), [137, 'exit']);
    assert.deepEqual(await outcomeOf('137', 'Killed\n'), [137, 'signal']);
    assert.deepEqual(await outcomeOf('130'), [130, 'unknown']);
    assert.deepEqual(await outcomeOf('137', 'silent\n'), [137, 'unknown']);
    assert.deepEqual(await outcomeOf('265'), [137, 'signal']);
    assert.deepEqual(await outcomeOf('393'), [137, 'signal']);
  });

  it('is open without the file for messages, which earlier versions did not have', async () => {
    writeFileSync(join(folder.path, 'exit'), '137\n');
    unlinkSync(join(folder.path, 'messages'));

    const outcome = await folder.outcome();
    assert.deepEqual(outcome?.kind === 'status' && outcome.endedBy, 'unknown');
  });

  it('is missing until the supervisor has written it', async () => {
    assert.equal(await folder.outcome(), null);
    assert.deepEqual(await outcomeOf('13'), [13, 'exit']);
    assert.deepEqual(await outcomeOf('revoked'), ['revoked']);
    assert.deepEqual(await outcomeOf('exit '), [undefined]);
    assert.deepEqual(await outcomeOf('signal x'), [undefined]);
  });
});
