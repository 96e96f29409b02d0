import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type EndedBy, RunFolder } from '../../../../../../daemon/engines/local/supervising/runFolder.ts';
import {
  inputScript,
  supervisorName,
  supervisorScript,
} from '../../../../../../daemon/engines/local/supervising/supervisorScript.ts';
import { killGroup } from '../bench.ts';
import { supervisorFile } from '../builtSupervisor.ts';

const script = ['-c', supervisorScript, supervisorName];
const withInput = ['-c', inputScript, supervisorName];
const kinds: Record<string, string[]> = {
  '/bin/sh': ['/bin/sh', ...script],
  Node: [process.execPath, supervisorFile],
};
// Tested with every installed shell, because any of them may be /bin/sh on a user's machine.
for (const shell of ['dash', 'bash --posix', 'bash -p', 'busybox ash', 'zsh --emulate sh', 'ksh93']) {
  const [program = '', ...options] = shell.split(' ');
  const path = (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, program))
    .find(existsSync);
  if (path) kinds[shell] = [path, ...options, ...script];
  if (path) kinds[`${shell}, for input`] = [path, ...options, ...withInput];
}
kinds['Node, for input'] = [process.execPath, supervisorFile];
/** The kinds whose status for a signal is not one that a program can return. */
const distinct = /^(Node|ksh93)/;
const signals = 'HUP INT QUIT ALRM TERM USR1 USR2 VTALRM PROF XCPU XFSZ';

for (const [kind, [supervisor = '', ...args]] of Object.entries(kinds)) {
  const silent = kind.startsWith('zsh');

  describe(`the supervisor in ${kind}`, () => {
    let folder: RunFolder;
    let log: string;
    const children: ChildProcess[] = [];

    beforeEach(async () => {
      const home = mkdtempSync(join(tmpdir(), 'jobdeck-supervisor-'));
      folder = new RunFolder(home, 'job.1.1');
      log = join(home, 'log');
      await folder.create(kind.endsWith('for input'));
    });
    afterEach(() => {
      for (const child of children.splice(0)) killGroup(child.pid ?? 0);
      rmSync(join(folder.path, '..'), { recursive: true, force: true });
    });

    function start(argv: string[], env: Record<string, string> = {}): ChildProcess {
      const output = openSync(log, 'a');
      const child = spawn(supervisor, [...args, folder.path, folder.token() ?? '', ...argv], {
        detached: true,
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', output, output, 'pipe'],
      });
      closeSync(output);
      children.push(child);
      return child;
    }

    /** Runs a command to its end and returns the recorded status. */
    async function status(...argv: string[]): Promise<number | string | undefined> {
      await once(start(argv), 'exit');
      const outcome = await folder.outcome();
      return outcome?.kind === 'status' ? outcome.status : outcome?.kind;
    }

    /** Runs a shell line to its end and returns how it ended. */
    async function endedBy(line: string): Promise<EndedBy | undefined> {
      await once(start(['/bin/sh', '-c', line]), 'exit');
      const outcome = await folder.outcome();
      await folder.remove();
      await folder.create(kind.endsWith('for input'));
      return outcome?.kind === 'status' ? outcome.endedBy : undefined;
    }

    const output = () => readFileSync(log, 'utf8');

    it('records the exit status over the blanks in the file', async () => {
      const size = statSync(join(folder.path, 'exit')).size;

      assert.equal(await status('sh', '-c', 'exit 3'), 3);
      assert.equal(statSync(join(folder.path, 'exit')).size, size);
    });

    it('exits with the same status', async () => {
      const [code] = await once(start(['sh', '-c', 'exit 3']), 'exit');

      assert.equal(code, 3);
    });

    it('records its pid before it runs the command, and signals that by closing the pipe', async () => {
      const child = start(['cat', join(folder.path, 'pid')]);
      child.stdio[3]?.once('error', () => {});
      if (child.stdio[3] && 'resume' in child.stdio[3]) child.stdio[3].resume();
      await once(child.stdio[3] as NodeJS.EventEmitter, 'close');
      assert.equal(await folder.pid(), child.pid);
      if (child.exitCode === null) await once(child, 'exit');

      assert.equal(output(), `${child.pid}\n`);
    });

    it('passes arguments on unchanged', async () => {
      const odd = ['', ' a  b ', '"\'', '$HOME `id` \\', '*', '-n', '--', 'two\nlines', 'é…'];

      assert.equal(await status('printf', '[%s]', ...odd), 0);
      assert.equal(output(), odd.map((word) => `[${word}]`).join(''));
    });

    it('never runs a built-in instead of a program', async () => {
      assert.equal(await status('exit', '3'), 127);
      assert.match(output(), /exit/);
    });

    it('records that a program was not found or is not executable', async () => {
      assert.equal(await status('no-such-program'), 127);
      assert.match(output(), /no-such-program/);
      await folder.remove();
      await folder.create();

      writeFileSync(join(folder.path, 'plain'), '', { mode: 0o644 });
      assert.equal(await status(join(folder.path, 'plain')), 126);
    });

    it('records a signal as 128 plus its number, and adds nothing to the output', async () => {
      assert.equal(await status('sh', '-c', 'echo x; kill -TERM $$'), 143);
      assert.equal(output(), 'x\n');
    });

    it('records an exit status above 128 as such', async () => {
      for (const code of [129, 137, 139, 143, 159, 162, 255]) {
        assert.equal(await endedBy(`exit ${code}`), silent ? 'unknown' : 'exit', `${code}`);
      }
    });

    it('records whether a signal ended the command', async () => {
      for (const signal of ['HUP', 'QUIT', 'KILL', 'ALRM', 'TERM', 'USR1', 'SEGV', 'ABRT', 'XCPU']) {
        assert.equal(await endedBy(`kill -${signal} $$`), silent ? 'unknown' : 'signal', signal);
      }
    });

    it('never confuses the two for signals that shells do not report', async () => {
      for (const [signal, code] of [
        ['INT', 130],
        ['PIPE', 141],
      ] as const) {
        const [signalled, exited] = [await endedBy(`kill -${signal} $$`), await endedBy(`exit ${code}`)];
        const expected = distinct.test(kind) ? 'signal' : 'unknown';
        assert.deepEqual([signalled, exited], [expected, kind.startsWith('Node') ? 'exit' : 'unknown'], signal);
      }
    });

    it('does not mistake a killed child of the command for the command', async () => {
      assert.equal(await endedBy('sh -c "kill -KILL \\$\\$"; exit $?'), silent ? 'unknown' : 'exit');
      assert.match(output(), /Killed/);
    });

    it('survives the signals that end its command', async () => {
      const last = 'kill -TERM $$';

      assert.equal(await status('sh', '-c', `for s in ${signals}; do kill -$s $PPID; done; ${last}`), 143);
    });

    it('gives the command the default handling of every signal', async () => {
      for (const signal of signals.split(' ')) {
        const code = await status('sh', '-c', `kill -${signal} $$; exit 7`);
        assert.ok(typeof code === 'number' && code > 128, `${signal}: ${code}`);
        await folder.remove();
        await folder.create();
      }
    });

    it('does not pass its own file descriptors to the command', async () => {
      await status('sh', '-c', `for fd in 3 4; do if true 2>/dev/null >&$fd; then echo $fd; fi; done`);

      assert.equal(output(), '');
    });

    it('adds no variables to the environment', async () => {
      const env = { status: 'a', run: 'b', go: 'c', OPTIND: '1' };
      await once(start(['sh', '-c', 'echo "$status$run$go"'], env), 'exit');

      assert.equal(output(), 'abc\n');
    });

    it('runs nothing if the launch was revoked', async () => {
      await folder.revoke();

      assert.equal(await status('echo', 'ran'), 'revoked');
      assert.equal(output(), '');
    });

    it('runs nothing in a folder that another supervisor uses or that is gone', async () => {
      writeFileSync(join(folder.path, 'pid'), '1\n');
      assert.equal(await status('echo', 'ran'), undefined);
      assert.equal(await folder.pid(), 1);
      unlinkSync(join(folder.path, 'pid'));

      await folder.remove();
      assert.equal(await status('echo', 'ran'), undefined);
      assert.doesNotMatch(output(), /^ran/m);
    });
  });
}
