import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { windowsCommand } from '../../../../../../daemon/engines/local/supervising/windowsCommand.ts';

const env = { Path: 'C:\\one;C:\\two', PATHEXT: '.EXE;.CMD', ComSpec: 'C:\\cmd.exe' };
const files = new Set(['C:\\one\\tool.EXE', 'C:\\two\\npm.CMD', 'C:\\two\\plain.txt']);
const run = (...argv: string[]) => windowsCommand(argv, env, (path) => files.has(path));

describe('a command on Windows', () => {
  it('is found by PATH and PATHEXT', () => {
    assert.deepEqual(run('tool', 'a b'), { program: 'C:\\one\\tool.EXE', args: ['a b'], verbatim: false });
  });

  it('is left to the system when it is not found', () => {
    assert.deepEqual(run('none', 'x'), { program: 'none', args: ['x'], verbatim: false });
    assert.deepEqual(run(), { program: '', args: [], verbatim: false });
  });

  it('is run by cmd.exe when it is a batch file, its arguments safe from cmd.exe', () => {
    assert.deepEqual(run('npm', 'run', 'a&b', 'say "hi"', 'C:\\x\\', '%PATH%'), {
      program: 'C:\\cmd.exe',
      args: [
        '/d',
        '/s',
        '/c',
        '"^"C:\\two\\npm.CMD^" ^"run^" ^"a^&b^" ^"say^ ^"^"hi^"^"^" ^"C:\\x\\\\^" ^"^%PATH^%^""',
      ],
      verbatim: true,
    });
  });

  it('can not be broken out of, by no argument, also where the batch file hands it on', () => {
    const arbitrary = fc.array(fc.constantFrom('"', '\\', '&', '|', '<', '>', '(', ')', ' ', 'a', ','), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(arbitrary, (characters) => {
        const line = run('npm', characters.join('')).args[3] ?? '';
        // What cmd.exe makes of the line: each caret makes the next character plain, and is gone.
        const handedOn = line.slice(1, -1).replace(/\^(.)/g, '$1');
        assert.doesNotMatch(handedOn.replace(/"[^"]*"/g, ''), /[&|<>()"]/);
        assert.equal([...line.slice(1, -1).matchAll(/(?<!\^)[&|<>()"\s]/g)].filter(([c]) => c !== ' ').length, 0);
      }),
    );
  });

  it('goes on as it is when it is a line for cmd.exe', () => {
    assert.deepEqual(run('cmd.exe', '/d', '/s', '/c', '"dir"'), {
      program: 'cmd.exe',
      args: ['/d', '/s', '/c', '"dir"'],
      verbatim: true,
    });
  });
});
