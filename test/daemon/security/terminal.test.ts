/** Titles and output of jobs are shown in a terminal without controlling it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'mocha';
import { cliBundle } from '../cli/bench.ts';
import { startDaemon, type TestDaemon } from '../harness.ts';

const [esc, bell] = ['\u001b', '\u0007'];
/** Clipboard, title, shell integration, a query, a device control string, 8-bit forms and bidirectional controls. */
const evil = [
  `${esc}]52;c;ZXZpbA==${bell}`,
  `${esc}]0;owned${bell}`,
  `${esc}]633;A${esc}\\`,
  `${esc}[6n`,
  `${esc}P$q q${esc}\\`,
  '\u009b6n',
  '\u009d52;c;ZXZpbA==\u009c',
  '\u202e',
  '\u2066',
  bell,
  `${esc}c`,
].join('x');

describe('job titles and output in a terminal', function () {
  this.timeout(60_000);
  let daemon: TestDaemon;
  let local: string;
  let reported: string;

  before(async () => {
    daemon = await startDaemon();
    const printed = { argv: ['printf', '%s', `before${evil}${esc}[31mred${esc}[0mafter`] };
    const texts = {
      title: `title${evil}`,
      type: `type${evil}`,
      createdBy: `by${evil}`,
      metadata: { [`m${evil}`]: evil },
    };
    local = (await daemon.submit({ argv: [...printed.argv] }, { ...texts, workspace: tmpdir() + evil })).id;
    await daemon.waitForJob(local, ({ endedAt }) => endedAt !== null);
    const step = { id: `s${evil}`, label: `step${evil}` };
    const { body } = await daemon.request('POST', '/v1/jobs/start', { title: `Reported${evil}`, steps: [step] });
    reported = body.job.id;
    const report = async (kind: string, sent: unknown) => {
      const reply = await daemon.request('POST', `/v1/jobs/${reported}/${kind}`, sent);
      assert.equal(reply.status, 200, reply.text);
    };
    await report('progress', { percent: 10, message: `message${evil}`, phase: `phase${evil}` });
    await report('messages', { level: 'warning', message: `timeline${evil}` });
    await report('log', { text: `log${evil}\n` });
    await report('result', { result: { [evil]: evil } });
    await report('fail', { message: `error${evil}`, details: evil });
  });
  after(() => daemon.dispose());

  /** Output of the command line in a pseudoterminal, including colors. */
  function onTerminal(...args: string[]): string {
    const line = [process.execPath, cliBundle, ...args].map((word) => `'${word}'`).join(' ');
    const env = { ...process.env, JOBDECK_HOME: daemon.home, TERM: 'xterm-256color', COLUMNS: '200' };
    const { stdout, status, stderr } = spawnSync('script', ['-qec', line, '/dev/null'], { env, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    return stdout;
  }

  /** Checks that only colors and line breaks remain. */
  function assertHarmless(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are allowed
    const plain = text.replace(/\u001b\[[\d;]*[mGK]/g, '').replace(/[\r\n\t]/g, '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the subject of the test
    assert.doesNotMatch(plain, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/, JSON.stringify(text));
  }

  it('have no effect in lists, pages, results and documents', function () {
    if (process.platform !== 'linux') return this.skip();
    const calls = [['ls'], ['ls', '--json'], ['health'], ['stats'], ['queue', 'ls'], ['schedule', 'ls']];
    for (const id of [local, reported]) calls.push(['show', id], ['show', '--json', id]);
    for (const call of calls) {
      const text = onTerminal(...call);
      assert(text.length > 10, call.join(' '));
      assertHarmless(text);
    }
    // Reported texts are stored without control characters; submitted ones are displayed as text.
    assert.match(onTerminal('show', reported), /message\ufffd/);
    assert.match(onTerminal('show', local), /title\\x1b/);
  });

  it('are shown with colors in logs, without other effects', function () {
    if (process.platform !== 'linux') return this.skip();
    for (const call of [
      ['logs', local],
      ['logs', '-f', local],
      ['logs', '--json', local],
    ]) {
      const text = onTerminal(...call);
      assert.match(text, /before/);
      if (call.includes('--json')) assertHarmless(text);
      else {
        assert(text.includes(`${esc}[31mred${esc}[0mafter`));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the subject of the test
        assert.doesNotMatch(text, /\u001b[\]P\\c]|\u001b\[6n|[\u0007\u0080-\u009f]/, JSON.stringify(text));
      }
    }
  });

  it('are written to files and programs unchanged', () => {
    const env = { ...process.env, JOBDECK_HOME: daemon.home };
    const { stdout } = spawnSync(process.execPath, [cliBundle, 'logs', local], { env, encoding: 'utf8' });
    assert.equal(stdout, `before${evil}${esc}[31mred${esc}[0mafter`);
  });
});
