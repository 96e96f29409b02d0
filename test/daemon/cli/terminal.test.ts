/** The terminal is left as it was. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CliBench, cliBundle } from './bench.ts';

const [red, reset] = ['\u001b[31m', '\u001b[0m\u001b[?25h'];

describe('the command line on a terminal', () => {
  let bench: CliBench;
  beforeEach(function () {
    if (process.platform !== 'linux') return this.skip();
    bench = new CliBench();
  });
  afterEach(() => bench?.dispose());

  /** Runs `jobdeck …` in a pseudoterminal, types `keys` when its output has the first of them, and so on. */
  async function onTerminal(args: string[], keys: [output: string, key: string][] = []): Promise<string> {
    const line = [process.execPath, cliBundle, ...args].map((word) => `'${word}'`).join(' ');
    const env = { ...process.env, JOBDECK_HOME: bench.home, TERM: 'xterm-256color' };
    const child = spawn('script', ['-qec', line, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const [next] = keys;
      if (next !== undefined && text.includes(next[0])) {
        keys.shift();
        child.stdin.write(next[1]);
      }
    });
    await once(child, 'close');
    return text;
  }
  /** Whether nothing colored is written after the last reset. */
  const isReset = (text: string) => text.lastIndexOf(reset) > text.lastIndexOf(red);
  // In octal, so that neither shell changes it.
  const colored = String.raw`printf "\033[?25l\033[31mred"`;

  it('has no colors after run, logs and an interrupt', async () => {
    const run = await onTerminal(['run', '--shell', '--', `${colored}; exit 3`]);
    assert.ok(run.indexOf(`red${reset}`) > 0 && run.indexOf('failed') > run.indexOf(reset), JSON.stringify(run));
    assert.ok(isReset(await onTerminal(['logs', '@'])));
    assert.ok(isReset(await onTerminal(['logs', '-f', '@'])));
    assert.ok(isReset(await onTerminal(['logs', '@', '@'])));
    const interrupted = await onTerminal(
      ['run', '--shell', '--', `${colored}; trap "" INT; while :; do sleep 1; done`],
      [
        ['red', '\u0003'],
        ['Press Ctrl+C again', '\u0003'],
      ],
    );
    assert.match(interrupted, /keeps running/);
    assert.ok(isReset(interrupted), JSON.stringify(interrupted));
    const followed = await onTerminal(['logs', '-f', '@'], [['red', '\u0003']]);
    assert.match(followed, /Stopped following/);
    assert.ok(isReset(followed), JSON.stringify(followed));
  });
});
