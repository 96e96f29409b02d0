/** An explanation names only what the output names. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { explain } from '../../../../shared/explain/explain.ts';
import { memoryCause } from '../../../../shared/messages/memoryCauses.ts';
import { networkCause } from '../../../../shared/messages/networkCauses.ts';
import { programCause } from '../../../../shared/messages/programCauses.ts';
import { storageCause } from '../../../../shared/messages/storageCauses.ts';

const failed = { exitCode: 1, signal: null, commandLine: 'make all' };
const of = (output: string, exitCode = 1) => explain(output, { ...failed, exitCode });
const named = (output: string, exitCode = 1) => {
  const { code = null, params = {} } = of(output, exitCode) ?? {};
  return [code, params.path ?? params.command ?? params.module ?? params.host ?? params.target ?? null];
};
const missing = 'No such file or directory';

describe('the path that an explanation names', () => {
  /** Lines of real programs (coreutils 9.1, bash 5.2, dash 0.5, mawk 1.3, GNU tar, gcc 12, Node 24, Python 3.11). */
  const real: [line: string, path: string | null][] = [
    [`head: cannot open 'nope' for reading: ${missing}`, 'nope'],
    [`tail: cannot open 'nope' for reading: ${missing}`, 'nope'],
    [`cat: 'my file': ${missing}`, 'my file'],
    [`sort: cannot read: nope: ${missing}`, 'nope'],
    [`wc: nope: ${missing}`, 'nope'],
    [`sed: can't read nope: ${missing}`, 'nope'],
    [`awk: cannot open nope (${missing})`, 'nope'],
    [`awk: fatal: cannot open file \`nope' for reading: ${missing}`, 'nope'],
    [`find: ‘nope’: ${missing}`, 'nope'],
    [`/usr/bin/grep: nope: ${missing}`, 'nope'],
    [`tar: nope: Cannot open: ${missing}\ntar: Error is not recoverable: exiting now`, 'nope'],
    [`tar (child): a.tgz: Cannot open: ${missing}\ntar (child): Error is not recoverable: exiting now`, 'a.tgz'],
    [`diff: nope: ${missing}`, 'nope'],
    [`cp: cannot stat 'nope': ${missing}`, 'nope'],
    [`rm: cannot remove "it's": ${missing}`, "it's"],
    [`ls: cannot access 'a'$'\\n''b': ${missing}`, null],
    [`mv: cannot move 'a' to 'b/c': ${missing}`, null],
    [`cc1: fatal error: nope.c: ${missing}\ncompilation terminated.`, 'nope.c'],
    [`fatal: cannot change to 'nope': ${missing}`, 'nope'],
    [`touch: cannot touch 'a/b': ${missing}`, 'a/b'],
    [`mkdir: cannot create directory ‘a/b/c’: ${missing}`, 'a/b/c'],
    [`bash: line 1: cd: nope: ${missing}`, 'nope'],
    [`build.sh: line 12: a/b: ${missing}`, 'a/b'],
    ['dash: 1: cannot open nope: No such file', 'nope'],
    ['dash: 1: .: cannot open ./nope: No such file', './nope'],
    ['dash: 1: cannot create a/b: Directory nonexistent', 'a/b'],
    [`FileNotFoundError: [Errno 2] ${missing}: "it's"`, "it's"],
    [`FileNotFoundError: [Errno 2] ${missing}: 'a' -> 'b'`, null],
    ["Error: ENOENT: no such file or directory, rename 'a' -> 'b'\n    at Object.renameSync", null],
    ["Error: ENOENT: no such file or directory, open '/a/it's here'", null],
    [`dd: failed to open 'nope': ${missing}`, 'nope'],
    [`Can't open perl script "nope.pl": ${missing}`, 'nope.pl'],
    [`env: cannot change directory to 'nope': ${missing}`, 'nope'],
    [`strace: Can't stat 'nope': ${missing}`, 'nope'],
    [`flock: cannot open lock file a/b: ${missing}`, null],
    ['open /etc/app.toml: no such file or directory', '/etc/app.toml'],
    ['2026/03/01 12:00:00 open config.yaml: no such file or directory', null],
    ['Error: No such file or directory (os error 2)', null],
    [`the program: cannot open nope for reading: ${missing}`, null],
    [`loader: could not find the thing: ${missing}`, null],
    [`mount: special device x does not exist: ${missing}`, null],
  ];
  for (const [output, path] of real) {
    it(`is ${path ?? 'not named'} in: ${output.split('\n')[0]}`, () => {
      const found = of(output);
      if (found === null) return assert.equal(path, null);
      assert.deepEqual([found.code, found.params?.path ?? null], ['FILE_NOT_FOUND', path]);
    });
  }

  it('is not a phrase before another message of the system', () => {
    for (const [output, path] of [
      ['mount: only root can do that: Operation not permitted', null],
      ['unshare: unshare failed: Operation not permitted', null],
      ["chown: changing ownership of 'x': Operation not permitted", 'x'],
      ['bash: line 1: /etc/x: Permission denied', '/etc/x'],
      ['ssh: connect to host example.com port 22: Permission denied', null],
      ["head: error writing 'standard output': No space left on device", null],
      ['sort: write failed: standard output: No space left on device', null],
    ] as const) {
      assert.equal(of(output)?.params?.path ?? null, path, output);
    }
  });

  it('is quoted where a hint has it in a command', () => {
    const hint = of("cat: 'x; rm -rf ~': Permission denied")?.hint ?? '';
    assert.ok(hint.includes("ls -ld -- 'x; rm -rf ~'."), hint);
  });
});

describe('an explanation', () => {
  it('does not take other words for a command, module or host', () => {
    for (const output of [
      'Unknown command: start. Did you mean run?',
      'main.py: 3: module: not found',
      'Could not resolve hostname in configuration',
      'Could not resolve host: müller.example',
      'Settings: No module named production',
      "src/a.ts(1,20): error TS2307: Cannot find module './x' or its corresponding type declarations.",
      'Missing script: start the server first',
      "Rakefile: No rule to make target 'x'",
      "Error: Cannot find module '; rm -rf ~'",
      "python3: No module named '-r evil'",
      'app: spawn a process ENOENT handling',
    ]) {
      const [, name] = named(output);
      assert.equal(name, null, output);
    }
    assert.deepEqual(named('Could not resolve host: a.example'), ['HOST_NOT_FOUND', 'a.example']);
    assert.deepEqual(named('build.sh: 3: foo: not found', 127), ['COMMAND_NOT_FOUND', 'foo']);
    assert.deepEqual(named('timeout: failed to run command ‘nope’: No such file or directory', 127)[1], 'nope');
  });

  it('is null for messages in other languages', () => {
    for (const output of [
      'cat: nope: Datei oder Verzeichnis nicht gefunden',
      'cat: nope: Aucun fichier ou dossier de ce nom',
      'cat: nope: そのようなファイルやディレクトリはありません',
    ]) {
      assert.equal(of(output), null);
    }
  });

  it('is not an error after which the program continued, or failed for another reason', () => {
    for (const output of [
      `cat: optional.conf: ${missing}\nusing defaults\nprocessed 3 files`,
      `ls: cannot access 'x': ${missing}\nAssertionError: 1 == 2`,
      'curl: (6) Could not resolve host: a.example\ntest_sum FAILED\n1 failed, 3 passed in 0.1s',
      `E       FileNotFoundError: [Errno 2] ${missing}: 'x'\nFAILED tests/test_io.py::test_open\n1 failed in 0.03s`,
      'connect ECONNREFUSED 127.0.0.1:5432\nTypeError: x is not a function\n    at main.js:1:1',
      "ENOENT: no such file or directory, open 'x'\nTests: 1 failed, 3 total",
      'connect: connection refused\nTests run: 3, Failures: 1, Errors: 0',
      '    dial tcp 127.0.0.1:1: connect: connection refused\n--- FAIL: TestDial (0.00s)',
      'bash: line 1: foo: command not found\ncompiled 12 files\ndone',
      `cat: x: ${missing}\nmain.c:3:5: error: expected ‘;’ before ‘}’ token`,
      `curl: (7) Failed to connect to localhost port 1: Connection refused${'\nworking'.repeat(100)}`,
    ]) {
      assert.equal(of(output), null, output);
    }
  });

  it('is an error that other programs only pass on', () => {
    assert.deepEqual(named(`cat: x: ${missing}\nmake: *** [Makefile:2: all] Error 1`), ['FILE_NOT_FOUND', 'x']);
    assert.deepEqual(named(`cat: x: ${missing}\ncat: y: ${missing}\n`)[0], 'FILE_NOT_FOUND');
    assert.deepEqual(named(`cat: x: ${missing}\nerror Command failed with exit code 1.`)[1], 'x');
  });

  it('is a timeout only for the command “timeout”', () => {
    const codeOf = (commandLine: string) => explain('', { exitCode: 124, signal: null, commandLine })?.code ?? null;
    for (const line of [
      'timeout 5 make',
      '/usr/bin/timeout 5 make',
      'cd x && timeout 5 make',
      "sh -c 'timeout 5 make'",
    ]) {
      assert.equal(codeOf(line), 'TIMED_OUT', line);
    }
    for (const line of ['mytool --timeout 5', 'run timeout 5', './my-timeout 5'])
      assert.equal(codeOf(line), null, line);
  });

  it('says that line endings or an interpreter are the reason', () => {
    for (const [line, variant, more] of [
      ['/usr/bin/env: ‘bash\\r’: No such file or directory', 'crlfInterpreter', { interpreter: 'bash' }],
      [
        "env: 'python3\\r': No such file or directory\nenv: use -[v]S to pass options in shebang lines",
        'crlfInterpreter',
        { interpreter: 'python3' },
      ],
      ['bash: ./x.sh: /bin/sh^M: bad interpreter: No such file or directory', 'crlf', { script: './x.sh' }],
      ['zsh:1: ./x.sh: bad interpreter: /bin/sh^M: no such file or directory', 'crlf', { script: './x.sh' }],
      ["x.sh: line 2: $'make\\r': command not found", 'crlfLines', {}],
      ['zsh:1: ./x: bad interpreter: /opt/py: no such file or directory', 'interpreter', { script: './x' }],
      [
        'bash: ./x.py: /opt/python9: bad interpreter: No such file or directory',
        'interpreter',
        { script: './x.py', interpreter: '/opt/python9' },
      ],
    ] as const) {
      const found = of(line, 127);
      assert.deepEqual([found?.code, found?.variant], ['COMMAND_NOT_FOUND', variant], line);
      for (const [name, value] of Object.entries(more)) assert.equal(found?.params?.[name], value);
    }
  });
});

describe('every explanation', () => {
  const templates = [memoryCause, networkCause, programCause, storageCause].flatMap(({ table }) =>
    Object.values(table as Record<string, { message: unknown; hint?: string }>),
  );
  const wordsOf = (text: string) => text.match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
  const known = new Set(templates.flatMap(({ message, hint = '' }) => wordsOf(`${JSON.stringify(message)} ${hint}`)));
  const data = join(import.meta.dirname, '../../../data/explain');
  const recorded = readdirSync(data, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(data, name)).map((file) => readFileSync(join(data, name, file), 'utf8')))
    .flatMap((text) => text.split('\n').slice(1))
    .filter((line) => line.trim() !== '');

  /** Recorded lines in which words are replaced by others. */
  const word = fc.oneof(
    fc.constantFrom('nope', "it's", 'a b', '-rf', '$(x)', '“q”', 'ü/ä', 'x:y', '../z', '日本', "'", '\\n'),
    fc.string(),
  );
  const line = fc
    .tuple(fc.constantFrom(...recorded), fc.array(fc.tuple(fc.nat(), word), { maxLength: 3 }))
    .map(([text, changes]) =>
      changes.reduce((before, [at, by]) => {
        const words = before.split(/(\s+|['"‘’:])/);
        words[at % words.length] = by;
        return words.join('');
      }, text),
    );

  function* placesOf(value: string, output: string): Generator<number> {
    for (let at = output.indexOf(value); at >= 0; at = output.indexOf(value, at + 1)) yield at;
  }

  it('consists of words of its template and of the output, and names whole tokens', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(1, 2, 127, 255),
        (lines, exitCode) => {
          const output = lines.join('\n');
          const found = of(output, exitCode);
          if (found === null) return;
          const spoken = new Set(wordsOf(output));
          for (const one of wordsOf(`${found.message} ${found.hint ?? ''}`)) {
            assert.ok(
              known.has(one) || spoken.has(one) || found.variant === 'php' || (found.hint ?? '').includes(`${one}…`),
              `${one} in ${JSON.stringify(found)}`,
            );
          }
          for (const name of [
            'path',
            'command',
            'script',
            'interpreter',
            'module',
            'program',
            'target',
            'file',
            'header',
          ]) {
            const value = found.params?.[name];
            if (typeof value !== 'string') continue;
            const index = output.indexOf(value);
            assert.ok(index >= 0, value);
            const isWhole = [...placesOf(value, output)].some(
              (at) =>
                !/[\p{L}\p{N}_]$/u.test(output.slice(0, at)) &&
                !/^[\p{L}\p{N}_]/u.test(output.slice(at + value.length)),
            );
            assert.ok(isWhole, `${value} in ${JSON.stringify(output)}`);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
