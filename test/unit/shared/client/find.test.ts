import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDaemonInfo } from '../../../../shared/client/discovery.ts';
import { ensureDaemon, findDaemon } from '../../../../shared/client/find.ts';
import { untilGone } from '../../../../shared/client/process.ts';
import { protocolVersion } from '../../../../shared/wire.ts';
import { FakeDaemon } from './fakeDaemon.ts';

/** A program with the parts of a daemon that clients need to find it: lock, daemon.json, health and stop. */
const program = `
  const { writeFileSync, rmSync, openSync, readFileSync } = require('node:fs');
  const home = process.env.JOBDECK_HOME;
  const at = (file) => home + '/' + file;
  const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n');
  const { version, protocol } = JSON.parse(readFileSync(at('behaviour'), 'utf8'));
  try {
    openSync(at('lock'), 'wx');
  } catch {
    say({ error: { code: 'DAEMON_ALREADY_RUNNING', message: 'It runs.', hint: null } });
    process.exit(1);
  }
  const info = { pid: process.pid, port: 0, token: 'secret', version, protocol, startedAt: new Date().toISOString() };
  const server = require('node:http').createServer((request, response) => {
    const challenge = request.headers['x-jobdeck-challenge'];
    if (challenge !== undefined) {
      const mac = require('node:crypto').createHmac('sha256', info.token);
      const proof = mac.update('jobdeck-proof-1 ' + info.port + ' ' + challenge).digest('base64url');
      return response.writeHead(401, { 'x-jobdeck-proof': proof }).end();
    }
    if (request.url === '/v1/health') return response.end(JSON.stringify({ ...info, home }));
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      writeFileSync(at('stopped-' + version), body);
      response.end('{}');
      rmSync(at('daemon.json'));
      rmSync(at('lock'));
      setImmediate(() => process.exit(0));
    });
  });
  server.listen(0, '127.0.0.1', () => {
    info.port = server.address().port;
    writeFileSync(at('daemon.json'), JSON.stringify(info));
    say({ ready: info });
  });
`;

describe('finding the daemon', () => {
  let home: string;
  let daemonFile: string;
  const pids = new Set<number>();

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'jobdeck-test-'));
    daemonFile = join(home, 'daemon.cjs');
    writeFileSync(daemonFile, program);
    behave('0.2.0');
  });

  afterEach(async () => {
    for (const pid of pids) {
      // It has already ended, as it should.
      if (!(await untilGone(pid, 0))) process.kill(pid, 'SIGKILL');
      await untilGone(pid, 5_000);
    }
    pids.clear();
    rmSync(home, { recursive: true, force: true });
  });

  function behave(version: string, protocol = protocolVersion): void {
    writeFileSync(join(home, 'behaviour'), JSON.stringify({ version, protocol }));
  }

  async function ensure(options: { version?: string; mayStart?: boolean } = {}) {
    const info = await ensureDaemon({ home, daemonFile, version: '0.2.0', ...options });
    pids.add(info.pid);
    return info;
  }

  it('starts one if none is running', async () => {
    const info = await ensure();
    assert.equal((await findDaemon(home))?.health?.pid, info.pid);
  });

  it('finds a running one', async () => {
    const first = await ensure();
    assert.deepEqual(await ensure(), first);
  });

  it('starts one for many clients at once', async () => {
    const found = await Promise.all(Array.from({ length: 5 }, () => ensure()));
    assert.equal(new Set(found.map(({ pid }) => pid)).size, 1);
  });

  it('starts none if that is not allowed, and hints at how to start one', async () => {
    await assert.rejects(ensure({ mayStart: false }), { code: 'DAEMON_UNREACHABLE', hint: /jobdeck daemon start/ });
    assert.equal(await readDaemonInfo(home), null);
  });

  it('starts one if daemon.json is stale', async () => {
    const closed = await new FakeDaemon().listen();
    const { port } = closed.address;
    await closed.close();
    leaveOver({ port });
    assert.notEqual((await ensure()).pid, process.pid);
  });

  it('starts one if another program has taken over the port', async () => {
    const other = await new FakeDaemon((_asked, response) => response.writeHead(404).end('Not found')).listen();
    leaveOver(other.address);
    try {
      assert.equal(await findDaemon(home), null);
      assert.notEqual((await ensure()).port, other.address.port);
    } finally {
      await other.close();
    }
  });

  it('starts one if daemon.json is invalid', async () => {
    writeFileSync(join(home, 'daemon.json'), '{"pid": 12');
    await ensure();
  });

  it('replaces an older one', async () => {
    behave('0.1.0');
    const old = await ensure({ version: '0.1.0' });
    behave('0.2.0');
    const info = await ensure();
    assert.notEqual(info.pid, old.pid);
    assert.equal(info.version, '0.2.0');
    assert.ok(await untilGone(old.pid, 5_000));
  });

  it('replaces an older one with a different protocol', async () => {
    behave('0.1.0', 99);
    await ensure({ version: '0.1.0' }).catch(() => undefined);
    behave('0.2.0');
    assert.equal((await ensure()).protocol, protocolVersion);
  });

  it('keeps an older one if it may not start one', async () => {
    behave('0.1.0');
    const old = await ensure({ version: '0.1.0' });
    assert.equal((await ensure({ mayStart: false })).pid, old.pid);
  });

  it('keeps a newer one', async () => {
    const newer = await ensure();
    assert.equal((await ensure({ version: '0.1.0' })).pid, newer.pid);
  });

  it('rejects a newer one with a different protocol, with a hint', async () => {
    behave('0.3.0', protocolVersion + 1);
    await ensure().catch(() => undefined);
    const { pid = 0 } = (await readDaemonInfo(home)) ?? {};
    pids.add(pid);
    await assert.rejects(ensure(), {
      code: 'PROTOCOL_MISMATCH',
      message: /version 0\.3\.0.*version 0\.2\.0/,
      hint: /Update this client/,
    });
  });

  function leaveOver(address: { port: number }): void {
    const info = {
      pid: process.pid,
      token: 'secret',
      version: '0.2.0',
      protocol: protocolVersion,
      startedAt: '2026-01-01T00:00:00Z',
    };
    writeFileSync(join(home, 'daemon.json'), JSON.stringify({ ...info, ...address }));
  }
});
