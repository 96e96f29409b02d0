import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Launch } from '../../../../../../daemon/engines/engine.ts';
import type { LocalEngine } from '../../../../../../daemon/engines/local/engine.ts';
import { Bench, groupMembers, type Reported, supervisors, waitForGroupEnd } from '../bench.ts';

for (const kind of supervisors) {
  describe(`input of a job (supervisor: ${kind})`, () => {
    let bench: Bench;
    let engine: LocalEngine;
    let reported: Reported;

    beforeEach(async () => {
      bench = new Bench();
      ({ engine, reported } = await bench.engine(kind));
    });
    afterEach(() => bench.dispose());

    async function start(command: string[], rest: Partial<Launch> = {}): Promise<Launch> {
      const launch = bench.launch(command, { stdin: true, ...rest });
      await engine.start(launch);
      await reported.next('started', launch);
      return launch;
    }
    const send = (launch: Launch, text: string, end = false) => engine.input?.(launch, text, end);
    const sent = (text: string, ended = false) => ({ taken: text.length, ended });

    it('reaches the program in order, and is closed only on request', async () => {
      const launch = await start(['sh', '-c', 'while read -r line; do echo "got $line"; done; echo over; exit 4']);
      for (const line of ['one', 'two — zwei', '😀'])
        assert.deepEqual(await send(launch, `${line}\n`), sent(`${line}\n`));
      await bench.prints(launch, 'got 😀\n');
      assert.equal(bench.log(launch), 'got one\ngot two — zwei\ngot 😀\n');
      assert.deepEqual(await send(launch, '', true), { taken: 0, ended: true });

      assert.equal((await reported.outcome(launch)).exitCode, 4);
      assert.match(bench.log(launch), /over\n$/);
    });

    it('is not lost if it is sent and closed before the program reads', async () => {
      for (let i = 0; i < 10; i += 1) {
        const launch = await start(['cat']);
        assert.deepEqual(await send(launch, 'early\n', true), sent('early\n', true));
        assert.equal((await reported.outcome(launch)).exitCode, 0);
        assert.equal(bench.log(launch), 'early\n');
      }
    });

    it('accepts nothing more after it was closed, and can be closed again', async () => {
      const launch = await start(['sh', '-c', 'cat; echo read; exec sleep 60']);
      await send(launch, 'last', true);
      await bench.prints(launch, 'read');
      await assert.rejects(send(launch, 'late\n') ?? assert.fail(), { code: 'INPUT_ENDED' });
      assert.deepEqual(await send(launch, '', true), { taken: 0, ended: true });
      assert.equal(bench.log(launch), 'lastread\n');
    });

    it('is accepted only as far as it fits if the program does not read, and nothing blocks', async () => {
      const launch = await start(['sh', '-c', 'exec sleep 60']);
      const text = 'ä'.repeat(60_000);
      const first = await send(launch, text, true);
      assert.ok(first && first.taken > 10_000 && first.taken < text.length && !first.ended);
      // The space left in the pipe is smaller than the pieces in which text is sent.
      assert.ok(((await send(launch, 'x'.repeat(1365 * 4)))?.taken ?? 0) < 1365 * 4);
      assert.deepEqual(await send(launch, 'x'.repeat(1365)), { taken: 0, ended: false });
    });

    it('arrives completely if it is read slowly', async () => {
      const launch = await start(['sh', '-c', 'sleep 0.3; exec wc -c']);
      const text = '€'.repeat(50_000);
      assert.deepEqual(await send(launch, text, true), sent(text, true));
      await reported.outcome(launch);
      assert.equal(bench.log(launch).trim(), '150000');
    });

    it('is not mixed if several clients send at once', async () => {
      const launch = await start(['sort', '-u']);
      const lines = Array.from({ length: 8 }, (_, i) => `${String(i).repeat(3_000)}\n`);
      await Promise.all(lines.map((line) => send(launch, line)));
      await send(launch, '', true);
      await reported.outcome(launch);
      assert.equal(bench.log(launch), lines.join(''));
    });

    it('can be continued and closed by the next daemon', async () => {
      const launch = await start(['sh', '-c', 'while read -r line; do echo "got $line"; done; exit 5']);
      await send(launch, 'one\n');
      await bench.prints(launch, 'got one');
      await engine.close();
      ({ engine, reported } = await bench.engine(kind, [
        { ...launch, status: 'running', cancelRequested: false, paused: false },
      ]));
      await send(launch, 'two\n', true);

      assert.equal((await reported.outcome(launch)).exitCode, 5);
      assert.equal(bench.log(launch), 'got one\ngot two\n');
    });

    it("does not change the command's signals, and leaves no process behind after a cancel", async () => {
      const launch = await start([
        'sh',
        '-c',
        'trap "echo term; exit 9" TERM; echo ready; while :; do sleep 0.05; done',
      ]);
      await bench.prints(launch, 'ready');
      const group = await reported.pid(launch);
      await engine.cancel(launch);

      assert.equal((await reported.outcome(launch)).exitCode, 9);
      assert.match(bench.log(launch), /term\n$/);
      await waitForGroupEnd(group);
    });

    it('leaves no process behind when the command ends with its input still open', async () => {
      const launch = await start(['sh', '-c', 'read -r line; exit 3']);
      const group = await reported.pid(launch);
      await send(launch, 'line\n');
      assert.equal((await reported.outcome(launch)).exitCode, 3);
      await waitForGroupEnd(group);
      assert.equal(await send(launch, 'late\n'), null);
    });

    it('is closed if the supervisor is killed', async () => {
      const launch = await start(['sh', '-c', 'cat; echo end of input']);
      const group = await reported.pid(launch);
      process.kill(group, 'SIGKILL');

      assert.equal((await reported.outcome(launch)).error?.code, 'NO_EXIT_STATUS');
      await waitForGroupEnd(group);
    });

    it('survives signals to the whole group that the command ignores', async () => {
      const launch = await start(['sh', '-c', 'trap "" TERM HUP INT; echo ready; read -r line; echo "got $line"']);
      await bench.prints(launch, 'ready');
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const)
        process.kill(-(await reported.pid(launch)), signal);
      await send(launch, 'line\n');

      assert.equal((await reported.outcome(launch)).exitCode, 0);
      assert.equal(bench.log(launch), 'ready\ngot line\n');
    });

    it('is separate for each attempt', async () => {
      const launch = await start(['cat']);
      await send(launch, 'first', true);
      await reported.outcome(launch);
      const second = { ...launch, attempt: 2 };
      await engine.start(second);
      await reported.next('started', second);
      await send(second, 'second', true);
      await reported.outcome(second);
      assert.deepEqual([bench.log(launch), bench.log(second)], ['first', 'second']);
    });

    it('does not exist, and costs nothing, for other jobs', async () => {
      const launch = bench.launch(['sh', '-c', 'cat; ls "$FOLDER"; exec sleep 60'], {
        env: { ...bench.launch([]).env },
      });
      launch.env.FOLDER = bench.folder(launch).path;
      await engine.start(launch);
      await bench.prints(launch, 'pid');
      assert.deepEqual(bench.log(launch).trim().split('\n').sort(), ['exit', 'go', 'messages', 'pid', 'token']);
      assert.equal((await groupMembers(await reported.pid(launch))).length, 2);
    });
  });
}
