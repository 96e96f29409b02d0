import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CliBench, cliBundle } from './bench.ts';

const has = (shell: string) => spawnSync(shell, ['--version']).error === undefined;

describe('completion in a shell', () => {
  let bench: CliBench;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    bench = new CliBench();
    const program = join(bench.home, 'bin', 'jobdeck');
    mkdirSync(join(bench.home, 'bin'));
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${cliBundle}' "$@"\n`);
    chmodSync(program, 0o755);
    env = {
      ...process.env,
      JOBDECK_HOME: bench.home,
      PATH: `${join(bench.home, 'bin')}${delimiter}${process.env.PATH}`,
    };
    mkdirSync(join(bench.home, '.vscode'));
    writeFileSync(
      join(bench.home, '.vscode', 'jobs.json'),
      '{"jobs": {"test:unit": {"command": "x"}, "test:all": {"command": "x"}, "build": {"command": "x", "label": "All"}}}',
    );
  });
  afterEach(() => bench.dispose());

  /** Bash's completions for a line. */
  const inBash = (line: string): string[] => {
    const script = `eval "$(jobdeck completion bash)"
      COMP_LINE=$1 COMP_POINT=\${#1}
      _jobdeck
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', line], { env, cwd: bench.home });
    assert.equal(String(stderr), '');
    return String(stdout)
      .split('\n')
      .filter((word) => word !== '');
  };

  it('bash completes verbs, options and names without starting a daemon', () => {
    assert.deepEqual(inBash('jobdeck comp'), ['completion']);
    assert.deepEqual(inBash('jobdeck queue re'), ['resume']);
    assert.deepEqual(inBash('jobdeck run --ti'), ['--title', '--timeout']);
    assert.deepEqual(inBash('jobdeck run b'), ['build']);
    assert.deepEqual(inBash('jobdeck show '), []);
    assert.equal(existsSync(join(bench.home, 'daemon.json')), false);
  });

  it('bash completes words after a colon or an equals sign', () => {
    assert.deepEqual(inBash('jobdeck run test:'), ['unit', 'all']);
    assert.deepEqual(inBash('jobdeck run te'), ['test:unit', 'test:all']);
    assert.deepEqual(inBash('jobdeck submit --priority=u'), ['urgent']);
  });

  it('bash completes job IDs and queue names of the running daemon', async () => {
    await bench.call(['queue', 'set', 'gpu']);
    const id = await bench.submit('true');
    assert.deepEqual(inBash('jobdeck show '), [id]);
    assert.deepEqual(inBash(`jobdeck logs -f ${id.slice(0, 4)}`), [id]);
    assert.deepEqual(inBash('jobdeck submit -q '), ['default', 'gpu']);
  });

  for (const [shell, command] of [
    ['zsh', 'autoload -U compinit; compinit -u; eval "$(jobdeck completion zsh)"; whence -w _jobdeck'],
    ['fish', 'jobdeck completion fish | source; complete -C "jobdeck queue re"'],
  ] as const) {
    it(`${shell} accepts its script`, function () {
      if (!has(shell)) this.skip();
      const { stdout, stderr, status } = spawnSync(shell, ['-c', command], { env, cwd: bench.home });
      assert.equal(status, 0, String(stderr));
      assert.match(String(stdout), shell === 'zsh' ? /_jobdeck: function/ : /^resume\t/);
    });
  }
});
