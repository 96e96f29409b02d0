import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { windowsCommand } from '../../../../../../daemon/engines/local/supervising/windowsCommand.ts';

const env = { Path: 'C:\\one;C:\\two', PATHEXT: '.EXE;.CMD', ComSpec: 'C:\\cmd.exe' };
const files = new Set(['C:\\one\\tool.EXE', 'C:\\two\\npm.CMD', 'C:\\two\\plain.txt']);
const run = (...argv: string[]) => windowsCommand(argv, env, (path) => files.has(path));

describe('a command on Windows', () => {
  it('is found with PATH and PATHEXT', () => {
    assert.deepEqual(run('tool', 'a b'), { program: 'C:\\one\\tool.EXE', args: ['a b'], verbatim: false });
  });

  it('is passed to the system if it is not found', () => {
    assert.deepEqual(run('none', 'x'), { program: 'none', args: ['x'], verbatim: false });
    assert.deepEqual(run(), { program: '', args: [], verbatim: false });
  });

  it('is run by cmd.exe with escaped arguments if it is a batch file', () => {
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

  it('is not broken by any argument, even where the batch file passes it on', () => {
    const arbitrary = fc.array(fc.constantFrom('"', '\\', '&', '|', '<', '>', '(', ')', ' ', 'a', ','), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(arbitrary, (characters) => {
        const line = run('npm', characters.join('')).args[3] ?? '';
        // The line as cmd.exe interprets it: each caret escapes the next character and is removed.
        const passedOn = line.slice(1, -1).replace(/\^(.)/g, '$1');
        assert.doesNotMatch(passedOn.replace(/"[^"]*"/g, ''), /[&|<>()"]/);
        assert.equal([...line.slice(1, -1).matchAll(/(?<!\^)[&|<>()"\s]/g)].filter(([c]) => c !== ' ').length, 0);
      }),
    );
  });

  it('is passed on unchanged if it is a line for cmd.exe', () => {
    assert.deepEqual(run('cmd.exe', '/d', '/s', '/c', '"dir"'), {
      program: 'cmd.exe',
      args: ['/d', '/s', '/c', '"dir"'],
      verbatim: true,
    });
  });
});
