import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { WebSocket } from 'ws';
import { CliBench } from './cli/bench.ts';
import { daemonBundle } from './harness.ts';

const root = resolve(import.meta.dirname, '../..');
/** Where the daemon answers a request for a list of jobs. */
const breakpoint = { source: 'daemon/api/routes/jobs.ts', code: '.list(query)' };

/** A client of Node's inspector; see https://chromedevtools.github.io/devtools-protocol/. */
class Debugger {
  readonly #socket: WebSocket;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async attach(port: number): Promise<Debugger> {
    const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    const socket = new WebSocket(targets[0].webSocketDebuggerUrl);
    await once(socket, 'open');
    return new Debugger(socket);
  }

  /** Sends a command and resolves with its result. */
  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    this.#lastId += 1;
    const id = this.#lastId;
    const reply = this.#message((message) => message.id === id);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return (await reply).result as Record<string, unknown>;
  }

  /** Resolves with the parameters of the next event of this name. */
  async event<T>(method: string): Promise<T> {
    return (await this.#message((message) => message.method === method)).params as T;
  }

  close(): void {
    this.#socket.close();
  }

  #message(wanted: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    return new Promise((settle) => {
      const listener = (data: unknown) => {
        const message = JSON.parse(String(data));
        if (!wanted(message)) return;
        this.#socket.off('message', listener);
        settle(message);
      };
      this.#socket.on('message', listener);
    });
  }
}

/** The place of the breakpoint in the bundle, by the bundle's source map; counted from 0. */
function placeInBundle(): { lineNumber: number; columnNumber: number } {
  const { source, code } = breakpoint;
  const originalLine = readFileSync(resolve(root, source), 'utf8')
    .split('\n')
    .findIndex((text) => text.includes(code));
  const map = new SourceMap(JSON.parse(readFileSync(`${daemonBundle}.map`, 'utf8')));
  for (const [lineNumber, text] of readFileSync(daemonBundle, 'utf8').split('\n').entries()) {
    const columnNumber = text.indexOf(code);
    if (columnNumber < 0) continue;
    const entry = map.findEntry(lineNumber, columnNumber);
    if ('originalLine' in entry && entry.originalSource.endsWith(source) && entry.originalLine === originalLine) {
      return { lineNumber, columnNumber };
    }
  }
  throw new Error(`The source map has no place for “${code}” of ${source}.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('debugging the daemon', () => {
  let bench: CliBench;
  beforeEach(() => {
    bench = new CliBench();
  });
  afterEach(() => bench.dispose());

  it('stops at a breakpoint in its TypeScript source', async () => {
    const port = await freePort();
    const started = await bench.call(['daemon', 'start'], { env: { JOBDECK_DAEMON_INSPECT: String(port) } });
    assert.equal(started.code, 0, started.stderr);
    const inspector = await Debugger.attach(port);
    try {
      await inspector.send('Debugger.enable');
      await inspector.send('Debugger.setBreakpointByUrl', {
        url: pathToFileURL(daemonBundle).href,
        ...placeInBundle(),
      });
      const paused = inspector.event<{ hitBreakpoints: string[] }>('Debugger.paused');
      const listed = bench.json(['ls']);
      assert.equal((await paused).hitBreakpoints.length, 1);
      await inspector.send('Debugger.resume');
      assert.deepEqual((await listed).document.jobs, []);
    } finally {
      inspector.close();
    }
  });
});
