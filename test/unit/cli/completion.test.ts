import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { addAllVerbs } from '../../../cli/allVerbs.ts';
import { complete, type Kind } from '../../../cli/completion/complete.ts';
import { makeProgram } from '../../../cli/program.ts';
import { Runner } from '../../../cli/runner.ts';

const sink = { write: () => true };
const environment = { home: '/nowhere', daemonFile: '', version: '1', env: {}, stdout: sink, stderr: sink };
const program = makeProgram(new Runner(environment), addAllVerbs, {
  version: '1',
  argv: [],
  writeOut: () => undefined,
  writeErr: () => undefined,
});

/** The candidates for the last word; values that are looked up are `<kind>`. */
const offered = async (...words: string[]) =>
  (await complete(program, words, async (kind: Kind) => [{ value: `<${kind}>`, description: '' }])).map(
    ({ value }) => value,
  );

describe('completion', () => {
  it('offers commands except hidden ones', async () => {
    const verbs = await offered('');
    for (const verb of ['run', 'ls', 'queue', 'define', 'completion']) assert.ok(verbs.includes(verb), verb);
    assert.ok(!verbs.includes('complete'));
    assert.deepEqual(
      await offered('re'),
      verbs.filter((verb) => verb.startsWith('re')),
    );
    assert.deepEqual(await offered('nosuch', ''), []);
    assert.ok(!verbs.includes('rescue'));
  });

  it('offers subcommands and options', async () => {
    assert.deepEqual(await offered('queue', 's'), ['set']);
    assert.deepEqual(await offered('define', 'list', '--j'), ['--json']);
    const options = await offered('run', '--');
    for (const option of ['--title', '--queue', '--input', '--detach', '--help'])
      assert.ok(options.includes(option), option);
    for (const option of ['--time-limit', '--name']) assert.ok(!options.includes(option), option);
  });

  it('offers values of options: choices, queues and jobs', async () => {
    assert.deepEqual(await offered('submit', '--priority', ''), ['low', 'normal', 'high', 'urgent']);
    assert.deepEqual(await offered('submit', '-p', 'u'), ['urgent']);
    assert.deepEqual(await offered('submit', '--priority=h'), ['--priority=high']);
    assert.deepEqual(await offered('run', '-q', ''), ['<queue>']);
    assert.deepEqual(await offered('submit', '--after', ''), ['<job>']);
    assert.deepEqual(await offered('submit', '--title', ''), []);
  });

  it('offers operands: jobs, names, definitions and shells', async () => {
    for (const verb of ['show', 'logs', 'cancel', 'retry', 'wait'])
      assert.deepEqual(await offered(verb, ''), ['<job>'], verb);
    assert.deepEqual(await offered('logs', '-f', ''), ['<job>']);
    assert.deepEqual(await offered('queue', 'pause', ''), ['<queue>']);
    assert.deepEqual(await offered('run', '--title', 'x', ''), ['<definition>']);
    assert.deepEqual(await offered('completion', ''), ['bash', 'zsh', 'fish']);
  });

  it('leaves the arguments of a program to the shell', async () => {
    for (const word of ['', '--ti']) assert.deepEqual(await offered('run', 'make', word), []);
    assert.deepEqual(await offered('run', '--', ''), []);
    assert.deepEqual(await offered('run', '--', '<definition>', '--ti'), []);
  });

  it('offers options after the name of a defined job', async () => {
    assert.deepEqual(await offered('run', '<definition>', '--ti'), ['--title', '--timeout']);
    assert.deepEqual(await offered('run', '<definition>', '-p', 'u'), ['urgent']);
    assert.deepEqual(await offered('run', '<definition>', ''), []);
  });
});
