import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliBench } from './bench.ts';

describe('jobdeck logs', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('prints the exact bytes', async () => {
    const id = await bench.submit(String.raw`printf 'a\000b\377\n'; printf end`);
    await bench.call(['wait', id]);
    const { code, stdout } = await bench.call(['logs', id]);
    assert.deepEqual([code, stdout], [0, 'a\u0000b\ufffd\nend']);
  });

  it('prints one JSON document', async () => {
    const id = await bench.submit('echo "é \\"q\\""; echo two');
    await bench.call(['wait', id]);
    const { document } = await bench.json(['logs', id]);
    assert.deepEqual(document, { id, attempt: 1, offset: 0, text: 'é "q"\ntwo\n', size: 11, ended: true });
  });

  it('prints the last lines, even of a log larger than one reply', async () => {
    const id = await bench.submit('seq 1 100000');
    await bench.call(['wait', id]);
    assert.equal((await bench.call(['logs', id, '--tail', '2'])).stdout, '99999\n100000\n');
    const { stdout } = await bench.call(['logs', id, '--tail', '70000']);
    assert.match(stdout, /^30001\n/);
    assert.equal((await bench.call(['logs', id, '--tail', '200000'])).stdout, (await bench.call(['logs', id])).stdout);
  });

  it('prints the end of a line that is too long to be searched, such as a hole of 10 GB', async () => {
    const id = await bench.submit('echo first; truncate -s 10G /dev/stdout; printf "one\\ntwo\\nthree\\n"');
    await bench.call(['wait', id]);
    const whole = await bench.call(['logs', id, '-n', '2']);
    assert.deepEqual([whole.stdout, whole.stderr], ['two\nthree\n', '']);
    for (const lines of ['3', '1000']) {
      const { code, stdout, stderr } = await bench.call(['logs', id, '-n', lines]);
      assert.deepEqual([code, stdout], [0, 'one\ntwo\nthree\n']);
      assert.match(stderr, /begins within a line of more than 16 MB/);
    }
    assert.match((await bench.call(['show', id])).stdout, /three/);
  });

  it('says why it can’t print something that was put in place of the log', async () => {
    const id = await bench.submit('true');
    await bench.call(['wait', id]);
    const file = join(bench.home, 'logs', id, '1.log');
    unlinkSync(file);
    execFileSync('mkfifo', [file]);
    for (const args of [
      ['logs', id],
      ['logs', '-f', id],
      ['logs', '-n', '3', id],
    ]) {
      const { code, stdout, stderr } = await bench.call(args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /it is a FIFO/);
    }
    assert.equal((await bench.call(['show', id])).code, 0);
  });

  it('follows until the job ends', async () => {
    const gate = join(bench.home, 'gate');
    const id = await bench.submit(`echo one; while [ ! -e ${gate} ]; do sleep 0.05; done; echo two`);
    const following = bench.start(['logs', '-f', id]);
    await following.until(({ stdout }) => stdout === 'one\n');
    writeFileSync(gate, '');
    const { code, stdout } = await following.ended;
    assert.deepEqual([code, stdout], [0, 'one\ntwo\n']);
  });

  it('prints the log of an earlier attempt', async () => {
    const id = await bench.submit('echo attempt $JOBDECK_ATTEMPT');
    await bench.call(['wait', id]);
    await bench.call(['retry', id, '--', 'echo the second']);
    await bench.call(['wait', id]);
    assert.equal((await bench.call(['logs', id])).stdout, 'the second\n');
    assert.match((await bench.call(['logs', id, '--attempt', '1'])).stdout, /^attempt/);
    assert.deepEqual(await bench.errorOf(['logs', id, '--attempt', '3']), [1, 'ATTEMPT_NOT_FOUND']);
  });
});
