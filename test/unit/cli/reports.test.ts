import assert from 'node:assert/strict';
import { parseProgress } from '../../../cli/verbs/progress.ts';
import { parseDeclared, parseState } from '../../../cli/verbs/step.ts';

describe('reports on the command line', () => {
  const progress = (...words: string[]) => {
    const { kind, ...rest } = parseProgress(words);
    return rest;
  };

  it('read progress as numbers, a fraction or a percentage, with a text', () => {
    assert.deepEqual(progress('40'), { current: 40 });
    assert.deepEqual(progress('40', '100'), { current: 40, total: 100 });
    assert.deepEqual(progress('40', '100', 'Indexing'), { current: 40, total: 100, message: 'Indexing' });
    assert.deepEqual(progress('1.5/3', '2 left'), { current: 1.5, total: 3, message: '2 left' });
    assert.deepEqual(progress('40%'), { percent: 40 });
    assert.deepEqual(progress('40%', 'Indexing'), { percent: 40, message: 'Indexing' });
    assert.deepEqual(progress('Indexing'), { message: 'Indexing' });
    assert.deepEqual(progress(), {});
  });

  it('reject what is not a progress', () => {
    for (const words of [['-1'], ['1', '2', '3'], ['1', '2', 'a', 'b'], ['40%', '100'], ['0x10']]) {
      assert.throws(() => progress(...words), /is not a progress/, words.join(' '));
    }
  });

  it('read the state of a step', () => {
    assert.deepEqual(parseState(), { status: 'running' });
    assert.deepEqual(parseState('done'), { status: 'completed' });
    assert.deepEqual(parseState('50%'), { progress: 0.5 });
    assert.deepEqual(parseState('0.25'), { progress: 0.25 });
    for (const state of ['half', '2', '101%', '-1', ''])
      assert.throws(() => parseState(state), /not a state of a step/);
  });

  it('read steps with and without labels', () => {
    const steps = [{ id: 'a' }, { id: 'b', label: 'Build = all' }];
    assert.deepEqual(parseDeclared('a, b=Build = all,'), { kind: 'steps', steps });
    assert.throws(() => parseDeclared(' ,'), /contains no steps/);
  });
});
