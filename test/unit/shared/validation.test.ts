import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Subscribe } from '../../../shared/feedMessages.ts';
import { SubmitRequest } from '../../../shared/protocol.ts';
import { compile, mismatchMessage } from '../../../shared/validation.ts';

describe('validation of outside data', () => {
  const submit = compile(SubmitRequest);
  const subscribe = compile(Subscribe);
  const problem = (check: typeof submit | typeof subscribe, value: unknown) => {
    const result = check(value);
    return result.problem === null ? null : mismatchMessage(result.problem, 'body').message;
  };
  const command = { shell: 'true' };
  const cases: [string, unknown, string][] = [
    ['another type', 3, 'The body must be an object.'],
    ['a missing field', {}, '“command” is missing.'],
    ['an unknown field', { command, foo: 1 }, '“foo” is not a known field.'],
    ['a field of another type', { command, title: 3 }, '“title” must be a string.'],
    ['an empty text', { command, title: '' }, '“title” must not be empty.'],
    ['a long text', { command, type: 'x'.repeat(101) }, '“type” must have at most 100 characters.'],
    ['none of the words', { command, priority: 'x' }, '“priority” must be one of low, normal, high, urgent.'],
    ['a text of another form', { command, queue: 'a b' }, '“queue” must match ^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$.'],
    ['a value inside', { command, env: { PATH: 1 } }, '“env.PATH” must be a string.'],
    ['an entry inside', { command: { argv: ['ls', 1] } }, '“command.argv[1]” must be a string.'],
    ['an empty list', { command: { argv: [] } }, '“command.argv” must not be empty.'],
    ['none of the alternatives', { command: {} }, '“command” must have exactly one of “argv”, “shell”.'],
    [
      'both alternatives',
      { command: { argv: ['ls'], shell: 'ls' } },
      '“command” must have exactly one of “shell”, “argv”.',
    ],
    ['no alternative’s type', { command: 'ls' }, '“command” must be an object.'],
  ];
  for (const [name, value, says] of cases) it(`${name}: ${says}`, () => assert.equal(problem(submit, value), says));

  it('names both types of a nullable field', () => {
    assert.equal(problem(subscribe, { type: 'subscribe', epoch: 1, rev: 0 }), '“epoch” must be a string or null.');
    assert.equal(problem(subscribe, { type: 'subscribe', epoch: null, rev: -1 }), '“rev” must be at least 0.');
  });

  it('describes a mismatch as data, with the field as a parameter', () => {
    const { problem } = submit({ command, title: 3 });
    assert.deepEqual(problem && mismatchMessage(problem, 'body'), {
      code: 'invalid.field',
      params: {
        field: 'title',
        mismatch: {
          code: 'mismatch.type',
          params: { type: { code: 'type.string', params: {}, message: 'a string' } },
          message: 'must be a string',
        },
      },
      message: '“title” must be a string.',
    });
  });

  it('returns valid values unchanged', () => {
    const value = { command: { argv: ['ls', '-l'] }, env: {}, input: [1] };
    assert.deepEqual(submit(structuredClone(value)), { value, problem: null });
  });
});
