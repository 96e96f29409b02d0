import assert from 'node:assert/strict';
import { CliBench } from './bench.ts';

describe('job input on the command line', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  /** Submits a shell command that accepts input, and follows its output from the moment it is ready. */
  async function follow(line: string) {
    const id = (await bench.call(['submit', '--stdin', '--shell', '--', `echo ready; ${line}`])).stdout.trim();
    const log = bench.start(['logs', '-f', id]);
    await log.until(({ stdout }) => stdout.includes('ready'));
    return { id, log };
  }
  const echo = 'while read -r line; do echo "got $line"; done; echo over';

  it('is sent in lines and ended, even if the daemon is killed in between', async () => {
    const { id, log } = await follow(`${echo}; exit 3`);
    assert.deepEqual(await bench.call(['send', id, 'one']), {
      code: 0,
      signal: null,
      stdout: 'Sent 4 characters.\n',
      stderr: '',
    });
    await log.until(({ stdout }) => stdout.includes('got one\n'));
    await bench.killDaemon();
    assert.deepEqual((await bench.json(['send', id, 'tw', '--no-newline'])).document, { taken: 2, ended: false });
    await bench.killDaemon();
    const last = await bench.call(['send', id, 'o', '--end']);
    assert.equal(last.stdout, 'Sent 2 characters.\nEnded the input.\n');

    assert.equal((await bench.call(['wait', id])).code, 3);
    assert.equal((await log.ended).stdout, 'ready\ngot one\ngot two\nover\n');
    const { events } = await bench.show(id);
    const entries = events.filter(({ code }) => code?.startsWith('timeline.input'));
    assert.deepEqual(
      entries.slice(-2).map(({ code, params }) => [code, params]),
      [
        ['timeline.inputSent', { count: 2 }],
        ['timeline.inputEnded', {}],
      ],
    );
    assert.deepEqual(await bench.errorOf(['send', id, 'late']), [1, 'JOB_NOT_RUNNING']);
  });

  it('is passed on from stdin unchanged', async () => {
    const { id, log } = await follow('exec wc -c');
    const call = bench.start(['send', id, '-', '--end'], { stdin: 'pipe' });
    call.process.stdin?.end('no line feed, ä'.repeat(20_000));
    assert.equal((await call.ended).stdout, 'Sent 300000 characters.\nEnded the input.\n');
    assert.equal((await log.ended).stdout.trim().split(/\s+/).at(-1), '320000');
  });

  it('reports a program that does not read, without hanging', async () => {
    const { id } = await follow('exec sleep 60');
    const text = 'x'.repeat(100_000);
    const { code, document } = await bench.json(['send', id, text]);
    assert.deepEqual([code, document.error.code], [1, 'INPUT_FULL']);
    assert.match(document.error.hint, /The first \d{5} of 100001 characters were sent/);
    assert.equal((await bench.show(id)).status, 'running');
  });

  it('is rejected for jobs without input, after its end, and if empty', async () => {
    const without = (await bench.call(['submit', '--', 'sleep', '60'])).stdout.trim();
    assert.deepEqual(await bench.errorOf(['send', without, 'x']), [1, 'ENGINE_NOT_CAPABLE']);
    const { id } = await follow('exec sleep 60');
    assert.equal((await bench.call(['send', id, '--end'])).code, 0);
    assert.deepEqual(await bench.errorOf(['send', id, 'x']), [1, 'INPUT_ENDED']);
    assert.equal((await bench.call(['send', id, '--end'])).code, 0);
    assert.deepEqual(await bench.errorOf(['send', id]), [2, 'INVALID_REQUEST']);
    assert.deepEqual(await bench.errorOf(['send', 'nosuch', 'x']), [1, 'JOB_NOT_FOUND']);
  });

  it('is passed on by “run”, including its end', async () => {
    const run = bench.start(['run', '--stdin', '--', 'sh', '-c', `${echo}; exit 4`], { stdin: 'pipe' });
    run.process.stdin?.write('one\n');
    await run.until(({ stdout }) => stdout.includes('got one'));
    await bench.killDaemon();
    run.process.stdin?.end('two\nthree\n');
    const { code, stdout } = await run.ended;
    assert.deepEqual([code, stdout], [4, 'got one\ngot two\ngot three\nover\n']);
  });

  it('is passed on only as fast as it is read', async () => {
    const run = bench.start(['run', '--stdin', '--', 'sh', '-c', 'sleep 2; exec wc -c'], { stdin: 'pipe' });
    run.process.stdin?.end('0123456789'.repeat(50_000));
    assert.equal((await run.ended).stdout.trim(), '500000');
  });

  it('is no longer awaited when the job has ended', async () => {
    const run = bench.start(['run', '--stdin', '--', 'true'], { stdin: 'pipe' });
    assert.equal((await run.ended).code, 0);
  });

  it('is closed for later attempts', async () => {
    const args = [
      'run',
      '--stdin',
      '--retries',
      '1',
      '--retry-delay',
      '10ms',
      '--',
      'sh',
      '-c',
      'cat; echo end; exit 1',
    ];
    const run = bench.start(args, { stdin: 'pipe' });
    run.process.stdin?.end('once\n');
    const { code, stdout } = await run.ended;
    assert.deepEqual([code, stdout], [1, 'once\nend\nend\n']);
  });

  it('is rejected if it is not text, with a hint', async () => {
    const run = bench.start(['run', '--stdin', '--', 'sh', '-c', 'read -r line; echo "got $line"'], { stdin: 'pipe' });
    run.process.stdin?.write(Buffer.from([0xff, 0xfe, 0x0a]));
    await run.until(({ stderr }) => /not UTF-8 text.*jobdeck send (\w+)/s.test(stderr));
    const id = /jobdeck send (\w+)/.exec(run.stderr)?.[1] ?? '';
    await bench.call(['send', id, 'manually']);
    assert.equal((await run.ended).stdout, 'got manually\n');
  });
});
