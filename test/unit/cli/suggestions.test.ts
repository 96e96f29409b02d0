import assert from 'node:assert/strict';
import type { Command, CommanderError } from 'commander';
import { addAllVerbs } from '../../../cli/allVerbs.ts';
import { toUsageError } from '../../../cli/parseError.ts';
import { makeProgram } from '../../../cli/program.ts';
import { Runner } from '../../../cli/runner.ts';
import { suggestCommand, suggestOption } from '../../../cli/suggestions.ts';

const sink = { write: () => true };
const environment = { home: '/nowhere', daemonFile: '', version: '1', env: {}, stdout: sink, stderr: sink };
const makeOne = () =>
  makeProgram(new Runner(environment), addAllVerbs, {
    version: '1',
    argv: [],
    writeOut: () => undefined,
    writeErr: () => undefined,
  });
const program = makeOne();
const command = (name: string): Command => program.commands.find((one) => one.name() === name) ?? assert.fail(name);

describe('“Did you mean …?”', () => {
  for (const [word, meant] of [
    ['stop', 'cancel'],
    ['remove', 'rm'],
    ['delete', 'rm'],
    ['status', 'show'],
    ['Inspect', 'show'],
    ['tail', 'logs -f'],
    ['restart', 'retry'],
    ['lgos', 'logs'],
    ['subimt', 'submit'],
  ] as const) {
    it(`takes “${word}” for “${meant}”`, () => assert.equal(suggestCommand(program, word), meant));
  }

  it('knows the commands of a group', () => {
    assert.equal(suggestCommand(command('queue'), 'delete'), 'queue rm');
    assert.equal(suggestCommand(command('queue'), 'create'), 'queue set');
    assert.equal(suggestCommand(command('schedule'), 'create'), 'schedule add');
    assert.equal(suggestCommand(command('schedule'), 'shwo'), 'schedule show');
    assert.equal(suggestCommand(command('daemon'), 'delete'), null);
  });

  for (const typo of ['rmm', 'clera', 'claen', 'kil', 'cancl', 'rescu']) {
    it(`never takes a typo such as “${typo}” for a destructive command`, () => {
      const suggestion = suggestCommand(program, typo);
      assert.ok(!['rm', 'clear', 'clean', 'kill', 'cancel', 'rescue'].includes(suggestion ?? ''), suggestion ?? '');
    });
  }

  it('knows options, but suggests none that skips a question', () => {
    assert.equal(suggestOption(command('run'), '--titel'), '--title');
    assert.equal(suggestOption(command('kill'), '--al'), null);
    assert.equal(suggestOption(command('clean'), '--ye'), null);
  });

  it('finds nothing for other words', () => {
    for (const word of ['constructor', 'xyzzy', '']) assert.equal(suggestCommand(program, word), null, word);
  });
});

describe('an error of the parser', () => {
  const errorFor = async (...words: string[]) => {
    const parser = makeOne();
    const error = await parser.parseAsync(words, { from: 'user' }).then(
      () => assert.fail('no error'),
      (thrown: CommanderError) => thrown,
    );
    const { message, hint } = toUsageError(error, parser, words);
    return [message, hint];
  };

  it('is a sentence with a suggestion', async () => {
    assert.deepEqual(await errorFor('stop', 'x'), ['Unknown command “stop”.', 'Did you mean “jobdeck cancel”?']);
    assert.deepEqual(await errorFor('ls', '--statsu', 'x'), ['Unknown option “--statsu”.', 'Did you mean --status?']);
  });

  it('otherwise refers to the help of the command', async () => {
    assert.deepEqual(await errorFor('queue', 'xyzzy'), ['Unknown command “xyzzy”.', 'For help: jobdeck queue --help']);
    const [message, hint] = await errorFor('queue', 'set', 'gpu', '--rate', 'fast');
    assert.match(
      message ?? '',
      /^Option “--rate <number\/period>” argument “fast” is invalid\. Must be a number per period/,
    );
    assert.equal(hint, 'For help: jobdeck queue set --help');
  });
});
