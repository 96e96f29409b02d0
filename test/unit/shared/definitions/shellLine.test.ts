import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { JobDefinition } from '../../../../shared/definitions/schema.ts';
import { cmdLine, type LinePart, posixLine } from '../../../../shared/definitions/shellLine.ts';
import { toJobTemplate } from '../../../../shared/definitions/toRequest.ts';

const refuse = () => {
  throw new Error('refused');
};
/** Parts of a line in which `@` stands for the value. */
const parts = (line: string, value: string): LinePart[] =>
  line
    .split('@')
    .flatMap((text, index): LinePart[] => (index === 0 ? [text] : [{ name: 'input_x', value, refuse }, text]));
const posix = (line: string, value: string) => posixLine(parts(line, value));
const cmd = (line: string, value: string) => cmdLine(parts(line, value));

const hostile = [
  "it's",
  '$(rm x)',
  '`id`',
  'a b',
  '',
  '"',
  '\\',
  "'; echo owned; '",
  '"; echo owned; "',
  'a\nb',
  '\nEOF\necho owned',
  '*',
  '~',
  '$HOME',
  'a=b',
  '!x',
  '#x',
  '-n',
  'ä „x“',
  '${range.start}',
  '; echo owned #',
  '&',
  '(',
  ')',
  '{a,b}',
  'EOF',
  '2',
  'done',
];
const value = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
);

const shells = ['bash', 'dash', 'zsh'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);
const output = (shell: string, line: string) => {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', line], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/h' },
  });
  assert.equal(status, 0, `${line}\n${stderr}`);
  return stdout;
};
const print = "printf '[%s]'";

describe('a value in a line for a POSIX shell', () => {
  /** Lines, and what they print. */
  const lines: [line: string, printed: (value: string) => string][] = [
    [`${print} @`, (x) => `[${x}]`],
    [`${print} a@b @ c`, (x) => `[a${x}b][${x}][c]`],
    [`${print} "@" "a @"`, (x) => `[${x}][a ${x}]`],
    [`${print} '@' 'a @ "b'`, (x) => `[${x}][a ${x} "b]`],
    [`${print} "$(${print} @)" "\`${print} @\`"`, (x) => `[[${x.replace(/\n+$/, '')}]][[${x.replace(/\n+$/, '')}]]`],
    [`${print} "$(${print} "@ it")" '@'`, (x) => `[[${x} it]][${x}]`],
    [`(${print} @) && { ${print} "@"; }`, (x) => `[${x}][${x}]`],
    [`# it's "@\n${print} @ # '@`, (x) => `[${x}]`],
    [`cat <<EOF\na @ 'b'\nEOF\n${print} '@'`, (x) => `a ${x} 'b'\n[${x}]`],
    [`cat <<-EOF\n\tit's "@\n\tEOF\n${print} @`, (x) => `it's "${x}\n[${x}]`],
    [`cat >/dev/null <<'A'; cat <<EOF; ${print} @\nit's\nA\n"@"\nEOF\n${print} @`, (x) => `"${x}"\n[${x}][${x}]`],
    [`X=@; ${print} "$X"`, (x) => `[${x}]`],
    [`for x in @; do ${print} "$x"; done`, (x) => `[${x}]`],
    [`case @ in @) ${print} "@";; esac`, (x) => `[${x}]`],
    [`${print} "$(case a in a) ${print} @;; esac)"`, (x) => `[[${x}]]`],
    [`if true; then ${print} \\@; fi`, (x) => `[${x}]`],
    [`${print} "$\{HOME}@" '$\{HOME}'@`, (x) => `[/h${x}][$\{HOME}${x}]`],
    [`${print} $((1 + 2)) @`, (x) => `[3][${x}]`],
    [`echo "it's" >/dev/null; ${print} it\\'s@`, (x) => `[it's${x}]`],
    [`f() { ${print} "$1" @; }; f @`, (x) => `[${x}][${x}]`],
    [`${print} @>&1`, (x) => `[${x}]`],
    [`bash -c 'printf "[%s]" "$1"' _ @`, (x) => `[${x}]`],
  ];
  for (const shell of shells) {
    for (const [line, printed] of lines) {
      it(`is what it was in ${shell}: ${JSON.stringify(line)}`, () => {
        const all = hostile.map((x) => posix(line, x)).join("\nprintf '\\0'\n");
        assert.deepEqual(output(shell, all).split('\0'), hostile.map(printed));
      });
    }
  }

  it('is what it was, for any value and any of these lines', () => {
    const pair = fc.record({ x: value, line: fc.constantFrom(...lines), shell: fc.constantFrom(...shells) });
    fc.assert(
      fc.property(pair, ({ x, line: [line, printed], shell }) => {
        assert.equal(output(shell, posix(line, x)), printed(x));
      }),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it('never becomes code or syntax, whatever the line', () => {
    const pieces = fc.constantFrom(
      '@',
      ' ',
      '"',
      "'",
      '$(',
      ')',
      '`',
      '${x:-',
      '}',
      '<<EOF\n',
      'EOF\n',
      '\n',
      '#',
      '\\',
      '$((',
      '))',
      "$'",
      'echo ',
      ';',
      'case a in a)',
      'esac',
      '[[ ',
      ' ]]',
      ' -eq ',
      'a[',
      ']',
      '(',
      '{',
      '&&',
      '|',
      "<<'Q'\n",
      'Q\n',
    );
    const text = fc.array(pieces, { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(text, (line) => {
        const x = '\n$(echo owned >&2)`echo owned >&2`\'"; echo owned >&2; a[$(echo owned >&2)]';
        let made: string;
        try {
          made = posix(line, x);
        } catch {
          return;
        }
        for (const shell of shells) {
          const { stderr } = spawnSync(shell, ['-c', made], {
            encoding: 'utf8',
            input: '',
            env: { PATH: process.env.PATH },
          });
          assert.ok(!/^owned/m.test(stderr), `${shell}: ${made}\n${stderr}`);
        }
      }),
      { numRuns: 40 },
    );
  }).timeout(120_000);

  const evaluated = [
    'echo $((@ + 1))',
    '(( @ ))',
    'echo "$((@))"',
    'echo ${x:-@}',
    'echo "${x:-"@"}"',
    'a[@]=1',
    '[[ "@" -eq 1 ]]',
    'let "x=@"',
    'eval "echo @"',
    'declare -i x=@',
    "sh -c 'echo @'",
    '/bin/bash -e -c "echo @"',
    "cat <<'EOF'\n@\nEOF",
    'cat <<@\nx\n@',
    'echo $[@]',
    'printf -v @ x',
  ];
  for (const line of evaluated) {
    it(`is refused where the shell would evaluate it: ${JSON.stringify(line)}`, () => {
      assert.throws(() => posix(line, 'a[$(id)]'), /refused/);
    });
  }

  it('is written as it is where that is the same, so that lines stay readable', () => {
    assert.equal(
      posix('make @ "@" \'@\' $((@))', 'docs/a-1.txt'),
      'make docs/a-1.txt "docs/a-1.txt" \'docs/a-1.txt\' $((docs/a-1.txt))',
    );
    assert.equal(
      posix('echo @ @', "it's"),
      `jobdeck_input_x='it'\\''s'; echo "\${jobdeck_input_x}" "\${jobdeck_input_x}"`,
    );
    assert.equal(posix('@ ls', 'LD_PRELOAD=x'), `jobdeck_input_x='LD_PRELOAD=x'; "\${jobdeck_input_x}" ls`);
    assert.equal(posix('echo @>x', '2'), `jobdeck_input_x='2'; echo "\${jobdeck_input_x}">x`);
  });
});

describe('a value in a line for cmd.exe', () => {
  it('is in double quotes if it needs them', () => {
    assert.equal(cmd('dir @', 'C:\\src'), 'dir C:\\src');
    assert.equal(cmd('dir @\\x', 'C:\\a b'), 'dir "C:\\a b"\\x');
    assert.equal(cmd('echo @', 'a & del x'), 'echo "a & del x"');
    assert.equal(cmd('echo @', ''), 'echo ""');
    assert.equal(cmd('echo "@" @', 'a&b'), 'echo "a&b" "a&b"');
    assert.equal(cmd('x @', 'a b\\'), 'x "a b\\\\"');
    assert.equal(cmd('x "@"', 'a b\\'), 'x "a b\\\\"');
    assert.equal(cmd('x ^"@', 'a&b'), 'x ^""a&b"');
    assert.equal(cmd('x ^@', 'a&b'), 'x "a&b"');
    assert.equal(cmd('x @>y', '2'), 'x "2">y');
  });

  it('is refused if it can’t be quoted', () => {
    for (const x of ['%PATH%', 'a"b', 'a\nb', 'a\rb', 'a\0b']) assert.throws(() => cmd('echo @', x), /refused/);
  });
});

describe('a definition', () => {
  const template = (job: JobDefinition, inputs: Record<string, string>, windows = false) =>
    toJobTemplate('build', job, {
      file: '/my app/.vscode/jobs.json',
      workspace: '/my app',
      folder: '/my app',
      env: { HOME: "/it's" },
      sendEnv: false,
      inputs,
      createdBy: null,
      windows,
    });

  it('quotes values in shell lines only', () => {
    const inputs = [{ id: 'x' }, { id: 'x-y' }];
    const { command } = template(
      { command: 'ls ${workspaceFolder}/a ${env:HOME} "${input:x}" ${input:x-y} $${HOME}', inputs },
      { x: '$(id)', 'x-y': 'a b' },
    );
    assert.deepEqual(command, {
      shell: `jobdeck_workspaceFolder='/my app'; jobdeck_env_HOME='/it'\\''s'; jobdeck_input_x='$(id)'; jobdeck_input_x_y='a b'; ls "\${jobdeck_workspaceFolder}"/a "\${jobdeck_env_HOME}" "\${jobdeck_input_x}" "\${jobdeck_input_x_y}" \${HOME}`,
    });
    const list = template(
      {
        command: ['ls', '${workspaceFolder}', '${input:x}'],
        env: { X: '${input:x}' },
        cwd: '${input:x}',
        label: '${input:x}',
        inputs,
      },
      { x: "it's $(id)" },
    );
    assert.deepEqual(
      [list.command, list.cwd, list.title],
      [{ argv: ['ls', '/my app', "it's $(id)"] }, "/my app/it's $(id)", "it's $(id)"],
    );
  });

  it('keeps the placeholders of a range, and not those in a value', () => {
    const { command } = template(
      { command: 'load ${range.start} ${input:x}', inputs: [{ id: 'x' }] },
      { x: '${range.end}' },
    );
    assert.deepEqual(command, {
      shell: `jobdeck_input_x='$'"{"'range.end}'; load \${range.start} "\${jobdeck_input_x}"`,
    });
  });

  it('refuses a value that can’t be quoted, and says what to do', () => {
    const inputs = [{ id: 'x' }];
    assert.throws(() => template({ command: 'echo $((${input:x}))', inputs }, { x: 'a[$(id)]' }), {
      code: 'INVALID_REQUEST',
    });
    assert.throws(() => template({ command: 'echo ${input:x}', inputs }, { x: '%PATH%' }, true), {
      code: 'INVALID_REQUEST',
    });
  });
});
