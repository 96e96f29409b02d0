import assert from 'node:assert/strict';
import { CliBench } from './bench.ts';

describe('references to jobs on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  const submit = async (...words: string[]) => (await bench.call(['submit', ...words])).stdout.trim();

  it('are taken wherever an ID is', async () => {
    const first = await submit('-t', 'First job', '--hold', '--', 'true');
    const second = await submit('-t', 'Second job', '--stdin', '--', 'cat');
    for (const [ref, id] of [
      ['@', second],
      ['@2', first],
      ['First job', first],
      [second.slice(0, 7), second],
    ] as const) {
      assert.equal((await bench.show(ref)).id, id, ref);
    }
    assert.equal((await bench.json(['release', 'First job'])).document.id, first);
    assert.equal((await bench.call(['progress', '40%', '--job', 'Second job'])).code, 0);
    assert.equal((await bench.show('@')).progress?.current, 40);
    const third = await submit('--after', 'Second job', '-t', 'Third job', '--', 'true');
    assert.deepEqual(
      (await bench.show(third)).dependencies.map(({ jobId }) => jobId),
      [second],
    );
    assert.equal((await bench.call(['send', 'Second job', 'hello', '--end'])).code, 0);
    assert.equal((await bench.call(['wait', 'First job', 'Second job', 'Third job'])).code, 0);
    assert.equal((await bench.call(['logs', 'Second job'])).stdout, 'hello\n');
    assert.equal((await bench.json(['retry', 'First job'])).document.attempt, 1);
    assert.equal((await bench.call(['wait', 'First job'])).code, 0);
    assert.deepEqual((await bench.json(['rm', 'Second job', '@'])).document.ids, [second, third]);
  });

  it('are the names of groups', async () => {
    const id = await submit('--group', 'nightly', '--', 'sleep', '30');
    assert.equal((await bench.json(['ls', '--group', 'nightly'])).document.total, 1);
    const group = (await bench.show(id)).parentId;
    assert.equal((await bench.show('nightly')).id, group);
    const after = await submit('--after-any', 'nightly', '--', 'true');
    assert.equal((await bench.show(after)).dependencies[0]?.jobId, group);
    // Not possible for a group, whether it is given by its name or ID.
    for (const [verb, code] of [
      [['pause'], 'ENGINE_NOT_CAPABLE'],
      [['hold'], 'ENGINE_NOT_CAPABLE'],
      [['logs'], 'LOG_NOT_FOUND'],
    ] as const) {
      for (const ref of ['nightly', group ?? '']) assert.deepEqual(await bench.errorOf([...verb, ref]), [1, code]);
    }
    assert.equal((await bench.call(['cancel', 'nightly'])).code, 0);
    await bench.call(['wait', 'nightly']);
    assert.equal((await bench.show(id)).status, 'cancelled');
    assert.equal((await bench.call(['retry', 'nightly'])).code, 0);
    assert.equal((await bench.call(['kill', 'nightly'])).code, 0);
    assert.equal((await bench.call(['wait', 'nightly'])).code, 1);
    assert.equal((await bench.call(['rm', 'nightly'])).code, 0);
  });

  it('list the candidates when they are ambiguous', async () => {
    const ids = [await submit('-t', 'Build', '--', 'true'), await submit('-t', 'Build', '--', 'true')];
    const { code, stderr } = await bench.call(['show', 'Build']);
    assert.equal(code, 1);
    assert.match(stderr, /^jobdeck: “Build” matches several jobs\.\n→ Use one of these IDs:\n/);
    for (const id of ids) assert.match(stderr, new RegExp(`^→ ${id} Build$`, 'm'));
    assert.deepEqual(await bench.errorOf(['cancel', 'Build']), [1, 'AMBIGUOUS_JOB']);
  });

  it('are all resolved before anything is changed', async () => {
    const id = await submit('--', 'sleep', '30');
    assert.deepEqual(await bench.errorOf(['cancel', id, 'nothing']), [1, 'JOB_NOT_FOUND']);
    assert.equal((await bench.show(id)).cancelRequestedAt, null);
    const { code, document } = await bench.json(['show', id, 'nothing']);
    assert.deepEqual([code, document.jobs.length, document.errors[0].id], [1, 1, 'nothing']);
  });
});
