import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { LogTail } from '../../../../extension/detail/tail.ts';
import { replayBytes } from '../../../../extension/logs/live/follow.ts';
import type { LogChunk, LogOptions } from '../../../../shared/client/http.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import type { LogChunkMessage } from '../../../../shared/panel.ts';

/** A tail of logs in memory, with a page that shows chunks when the test says so. */
function setUp(recover: (error: unknown) => Promise<void> = (error) => Promise.reject(error)) {
  const logs = new Map<number, { text: Buffer; ended: boolean }>();
  const news = new EventEmitter();
  const sent: LogChunkMessage[] = [];
  let reads = 0;
  const read = async (attempt: number, { offset = 0, limit = 0, wait = 0, signal }: LogOptions): Promise<LogChunk> => {
    reads += 1;
    let log = logs.get(attempt);
    if (log === undefined) throw new JobdeckError({ code: 'LOG_NOT_FOUND', message: 'There is no log.', hint: null });
    const from = offset < 0 ? Math.max(0, log.text.length + offset) : offset;
    if (wait > 0 && from >= log.text.length && !log.ended) await once(news, 'change', { signal });
    log = logs.get(attempt);
    if (log === undefined) throw new JobdeckError({ code: 'LOG_NOT_FOUND', message: 'There is no log.', hint: null });
    const bytes = log.text.subarray(from, from + limit);
    return { offset: from, bytes, size: log.text.length, ended: log.ended };
  };
  const tail = new LogTail({
    read,
    hasEnded: () => false,
    recover: (_attempt, error) => recover(error),
    pause: () => Promise.resolve(),
    send: (message) => {
      sent.push(message);
      news.emit('sent');
    },
  });
  const write = (attempt: number, text: string | Buffer, ended = false) => {
    const before = logs.get(attempt)?.text ?? Buffer.alloc(0);
    logs.set(attempt, { text: Buffer.concat([before, Buffer.from(text)]), ended });
    news.emit('change');
  };
  /** The next chunk, which is shown immediately. */
  const next = async (): Promise<LogChunkMessage> => {
    if (sent.length === 0) await once(news, 'sent');
    const chunk = sent.shift();
    assert.ok(chunk !== undefined);
    tail.shown(chunk.seq);
    return chunk;
  };
  const lose = (attempt: number) => {
    logs.delete(attempt);
    news.emit('change');
  };
  return { tail, write, lose, next, sent, news, reads: () => reads };
}

describe('the tail of a log', () => {
  it('sends existing output, new output and the end', async () => {
    const { tail, write, next } = setUp();
    write(1, 'one\n');
    tail.follow(1);
    assert.deepEqual(await next(), {
      type: 'logChunk',
      seq: 1,
      attempt: 1,
      reset: true,
      skipped: 0,
      text: 'one\n',
      ended: false,
      error: null,
    });
    write(1, 'two\n');
    const second = await next();
    assert.deepEqual([second.text, second.reset, second.ended], ['two\n', false, false]);
    write(1, '', true);
    const last = await next();
    assert.deepEqual([last.text, last.ended, last.error], ['', true, null]);
  });

  it('reports a log that is still empty, and one that stayed empty', async () => {
    const { tail, write, next } = setUp();
    write(1, '');
    tail.follow(1);
    const first = await next();
    assert.deepEqual([first.text, first.reset, first.ended], ['', true, false]);
    write(1, '', true);
    const last = await next();
    assert.deepEqual([last.text, last.reset, last.ended], ['', false, true]);
  });

  it('sends the next chunk only after the page has shown the last', async () => {
    const { tail, write, sent, news, reads } = setUp();
    write(1, 'one\n');
    tail.follow(1);
    await once(news, 'sent');
    write(1, 'two\n', true);
    await new Promise(setImmediate);
    assert.deepEqual([sent.length, reads()], [1, 1]);
    tail.shown(99);
    await new Promise(setImmediate);
    assert.equal(sent.length, 1);
    tail.shown(1);
    await once(news, 'sent');
    assert.equal(sent[1]?.text, 'two\n');
  });

  it('keeps characters intact that arrive in two chunks', async () => {
    const { tail, write, next } = setUp();
    const bytes = Buffer.from('für\n');
    write(1, bytes.subarray(0, 2));
    tail.follow(1);
    assert.equal((await next()).text, 'f');
    write(1, bytes.subarray(2));
    assert.equal((await next()).text, 'ür\n');
    tail.stop();
  });

  it('starts near the end of a long log, at a line start, and reports that there is more', async () => {
    const { tail, write, next } = setUp();
    write(1, 'x'.repeat(99).concat('\n').repeat(10_000), true);
    tail.follow(1);
    const first = await next();
    assert.ok(first.reset);
    assert.ok(first.text.startsWith('xxx') && first.text.length < 300_000);
    assert.equal(first.text.length % 100, 0);
    assert.equal(first.skipped, 1_000_000 - replayBytes);
    tail.stop();
  });

  it('jumps to the end of a flood, and reports all output before it as skipped', async () => {
    const { tail, write, next } = setUp();
    write(1, 'first\n');
    tail.follow(1);
    await next();
    write(1, 'x'.repeat(99).concat('\n').repeat(100_000), true);
    await next();
    const jumped = await next();
    assert.deepEqual([jumped.reset, jumped.skipped], [true, 10_000_006 - replayBytes]);
    assert.equal(jumped.text.length % 100, 0);
    assert.equal((await next()).ended, true);
  });

  it('starts over for another attempt', async () => {
    const { tail, write, next } = setUp();
    write(1, 'one\n');
    write(2, 'two\n');
    tail.follow(1);
    await next();
    tail.follow(2);
    assert.equal(tail.attempt, 2);
    const chunk = await next();
    assert.deepEqual([chunk.attempt, chunk.reset, chunk.text], [2, true, 'two\n']);
    write(1, 'more of one\n');
    write(2, 'more of two\n');
    assert.equal((await next()).text, 'more of two\n');
    tail.stop();
  });

  it('sends nothing after it is stopped, even if a chunk was in progress', async () => {
    const { tail, write, sent, news, reads } = setUp();
    write(1, 'one\n');
    tail.follow(1);
    await once(news, 'sent');
    tail.stop();
    write(1, 'two\n', true);
    await new Promise(setImmediate);
    assert.deepEqual([sent.length, reads(), tail.attempt], [1, 1, null]);
  });

  it('ends with the error when the log can’t be read, and can be retried', async () => {
    const { tail, write, next } = setUp();
    tail.follow(1);
    const failed = await next();
    assert.deepEqual([failed.ended, failed.error?.code], [true, 'LOG_NOT_FOUND']);
    write(1, 'here it is\n', true);
    tail.retry();
    assert.equal((await next()).text, 'here it is\n');
  });

  it('reports once that the log of a running job is missing, and continues when it is back', async () => {
    let tries = 0;
    const { tail, write, lose, next, sent } = setUp(async () => {
      tries += 1;
      if (tries === 3) write(1, 'one\nagain\n', true);
    });
    write(1, 'one\n');
    tail.follow(1);
    assert.equal((await next()).text, 'one\n');
    lose(1);
    const gone = await next();
    assert.deepEqual([gone.error?.code, gone.ended, gone.reset], ['LOG_NOT_FOUND', false, false]);
    const back = await next();
    assert.deepEqual([back.text, back.error, tries, sent.length], ['again\n', null, 3, 0]);
    tail.stop();
  });

  it('waits a moment for the log of a job that just started before reporting it as missing', async () => {
    let tries = 0;
    const { tail, next } = setUp(async () => {
      tries += 1;
      await new Promise(setImmediate);
    });
    tail.follow(1);
    const missing = await next();
    assert.deepEqual([missing.error?.code, missing.ended, missing.reset], ['LOG_NOT_FOUND', false, true]);
    assert.equal(tries, 3);
    tail.stop();
  });

  it('does not start over when retried without an error', async () => {
    const { tail, write, next, sent } = setUp();
    write(1, 'one\n');
    tail.follow(1);
    await next();
    tail.retry();
    await new Promise(setImmediate);
    assert.equal(sent.length, 0);
    tail.stop();
  });
});
