import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
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
