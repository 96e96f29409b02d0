import assert from 'node:assert/strict';
import { followLog, type LogEvent, replayBytes } from '../../../../../extension/logs/live/follow.ts';
import type { LogChunk, LogOptions } from '../../../../../shared/client/http.ts';

/** A log that the test appends to. */
class FakeLog {
  bytes = Buffer.alloc(0);
  ended = false;
  /** Whether the reader knows that the attempt has finished. */
  knownToEnd = false;
  pauses: number[] = [];
  failures: Error[] = [];
  readonly asked: LogOptions[] = [];
  /** Called before each reply, so that a test can append to the log. */
  before: (asked: number) => void = () => {};

  read = async (options: LogOptions): Promise<LogChunk> => {
    this.asked.push(options);
    this.before(this.asked.length);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    const { offset = 0, limit = 0 } = options;
    const from = offset < 0 ? Math.max(0, this.bytes.length + offset) : offset;
    const bytes = this.bytes.subarray(from, from + limit);
    return {
      offset: from,
      bytes,
      size: this.bytes.length,
      ended: this.ended && from + bytes.length >= this.bytes.length,
    };
  };

  add(text: string): void {
    this.bytes = Buffer.concat([this.bytes, Buffer.from(text)]);
  }

  async follow(recover: (error: unknown) => Promise<void> = async () => {}, signal = new AbortController().signal) {
    const told: (string | LogEvent)[] = [];
    const pause = async (milliseconds: number) => void this.pauses.push(milliseconds);
    const deps = { read: this.read, hasEnded: () => this.knownToEnd, rows: 5_000, recover, pause };
    for await (const news of followLog(deps, signal)) {
      told.push(news.kind === 'bytes' ? Buffer.from(news.bytes).toString() : news);
    }
    return told;
  }
}

describe('following a log', () => {
  it('returns existing and new output until its end', async () => {
    const log = new FakeLog();
    log.add('one\n');
    log.before = (asked) => {
      if (asked === 2) log.add('two\n');
      if (asked === 3) log.ended = true;
    };
    assert.deepEqual(await log.follow(), ['one\n', 'two\n']);
    assert.deepEqual(
      log.asked.map(({ offset }) => offset),
      [-replayBytes, 4, 8],
    );
    assert.ok((log.asked[1]?.wait ?? 0) > 0, 'waits for more instead of asking again and again');
  });

  it('starts near the end of a long log with a whole line, and reports what it skips', async () => {
    const log = new FakeLog();
    const line = `${'x'.repeat(99)}\n`;
    log.add(line.repeat(10_000));
    log.add('y');
    log.ended = true;
    const [skipped, text] = await log.follow();
    assert.deepEqual(skipped, { kind: 'skipped', bytes: 1_000_001 - replayBytes });
    assert.match(String(text), /^x{99}\n[xy\n]*y$/);
  });

  it('skips output that a terminal could not keep up with', async () => {
    const log = new FakeLog();
    log.add('begin\n');
    log.before = (asked) => {
      if (asked === 2) log.add(`${'z'.repeat(9)}\n`.repeat(1_000_000));
      log.ended = asked > 2;
    };
    const told = await log.follow();
    const skipped = told.flatMap((news) => (typeof news === 'object' && news.kind === 'skipped' ? news.bytes : []));
    const shown = told.reduce((sum, news) => sum + (typeof news === 'string' ? news.length : 0), 0);
    assert.equal(skipped.length, 1);
    assert.ok(shown <= 3 * replayBytes, `${shown} bytes are shown of ten million`);
    assert.match(String(told.at(-1)), /^z{9}\n[\sz]*z{9}\n$/);
  });

  it('skips a flood once, when it is over', async () => {
    const log = new FakeLog();
    log.before = (asked) => {
      if (asked >= 2 && asked <= 5) log.add(`${'z'.repeat(9)}\n`.repeat(1_000_000));
      log.ended = asked > 5;
    };
    const told = await log.follow();
    const skipped = told.filter((news) => typeof news === 'object');
    assert.deepEqual(skipped, [{ kind: 'skipped', bytes: 40_000_000 - 100_000 - replayBytes }]);
  });

  it('shows the latest output of a flood that does not end', async () => {
    const log = new FakeLog();
    log.before = () => {
      log.add(`${'z'.repeat(9)}\n`.repeat(600_000));
      log.ended = log.asked.length > 25;
    };
    const told = await log.follow();
    const skipped = told.filter((news) => typeof news === 'object');
    assert.ok(skipped.length > 2 && skipped.length < 6, `${skipped.length} jumps in 25 looks`);
  });

  it('does not wait any longer once the attempt is known to have finished', async () => {
    const log = new FakeLog();
    log.add('begin\n');
    log.before = (asked) => {
      if (asked !== 2) return;
      log.add('x'.repeat(99).concat('\n').repeat(40_000));
      log.ended = true;
      log.knownToEnd = true;
    };
    const told = await log.follow();
    const shown = told.reduce((sum, news) => sum + (typeof news === 'string' ? news.length : 0), 0);
    assert.equal(shown, 4_000_006, 'less than 5 MB is not skipped');
    assert.deepEqual([log.pauses.length, log.asked.length], [1, 6], 'in few requests without a pause');
  });

  it('continues at the same byte after an interruption', async () => {
    const log = new FakeLog();
    log.add('one\n');
    log.before = (asked) => {
      if (asked === 2) log.failures.push(new Error('gone'));
      if (asked === 3) log.add('two\n');
      if (asked === 4) log.ended = true;
    };
    const recovered: unknown[] = [];
    const told = await log.follow(async (error) => void recovered.push(error));
    assert.deepEqual(
      told.map((news) => (typeof news === 'string' ? news : news.kind)),
      ['one\n', 'interrupted', 'two\n'],
    );
    assert.equal(recovered.length, 1);
  });

  it('ends with the error if it can’t recover', async () => {
    const log = new FakeLog();
    log.failures.push(new Error('removed'));
    await assert.rejects(
      log.follow(async (error) => {
        throw error;
      }),
      /removed/,
    );
  });

  it('ends when it is aborted', async () => {
    const log = new FakeLog();
    const closing = new AbortController();
    log.before = () => {
      closing.abort(new Error('closed'));
      log.failures.push(new Error('aborted'));
    };
    await assert.rejects(log.follow(undefined, closing.signal), /closed/);
  });
});
