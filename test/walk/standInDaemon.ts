/**
 * A fake daemon that reports a given version: `node standInDaemon.ts HOME VERSION PROTOCOL`. It has no jobs. When it is
 * asked to stop or receives SIGTERM, it deletes its `daemon.json` and exits.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { DaemonInfo } from '../../shared/daemon.ts';
import { prove } from '../unit/shared/client/fakeDaemon.ts';

const [home = '', version = '', protocol = ''] = process.argv.slice(2);
const file = join(home, homeFiles.info);

function shutDown(): void {
  rmSync(file, { force: true });
  process.exit();
}

const token = 'x';

const server = createServer((request, response) => {
  if (prove(request, response, { token, port: request.socket.localPort ?? 0 })) return;
  const isStop = request.url?.startsWith('/v1/daemon/stop') === true;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status: 'ok', version, protocol: Number(protocol), warnings: [] }), () => {
    if (isStop) shutDown();
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const startedAt = new Date().toISOString();
  const info: DaemonInfo = { pid: process.pid, port, token, version, protocol: Number(protocol), startedAt };
  writeFileSync(file, JSON.stringify(info), { mode: 0o600 });
  console.log('ready');
});
process.once('SIGTERM', shutDown);
