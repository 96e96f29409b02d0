import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeOldCode } from '../../../../daemon/start/oldCode.ts';

describe('compiled code of earlier versions', () => {
  let folder: string;
  const problems: unknown[] = [];
  const onProblem = (error: unknown) => problems.push(error);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-'));
    problems.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is deleted, and that of this version is kept', async () => {
    for (const version of ['1.0.0', '2.0.0']) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'code'), '');
    }
    await removeOldCode(folder, '2.0.0', onProblem);
    assert.deepEqual([readdirSync(folder), problems], [['2.0.0'], []]);
  });

  it('may not exist', async () => {
    await removeOldCode(join(folder, 'none'), '2.0.0', onProblem);
    assert.deepEqual(problems, []);
  });

  it('is only logged if it can’t be read', async () => {
    writeFileSync(join(folder, 'file'), '');
    await removeOldCode(join(folder, 'file'), '2.0.0', onProblem);
    assert.equal(problems.length, 1);
  });
});
