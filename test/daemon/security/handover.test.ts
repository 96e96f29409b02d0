/** What a program receives that takes over the port of a killed daemon: nothing but challenges. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { findDaemon } from '../../../shared/client/find.ts';
import type { JobDetail } from '../../../shared/job.ts';
import { protocolVersion } from '../../../shared/wire.ts';
import { cliBundle } from '../cli/bench.ts';
import { ClientBench } from '../clients/programs.ts';

const python = process.env.JOBDECK_TEST_PYTHON ?? 'python3';

describe('a program on the port of a killed daemon', function () {
  this.timeout(60_000);
  let bench: ClientBench;
  let secrets: string[];
  let hostile: Server;
  let received: string;
  const open = new Set<Socket>();

  beforeEach(async () => {
    bench = new ClientBench();
    received = '';
    await bench.startDaemon();
    const { port, token } = bench.daemon.info;
    secrets = [token, 'what-is-sent'];
    await bench.killDaemon();
    hostile = createServer((_request, response) => {
      const health = { status: 'ok', version: '99.0.0', protocol: protocolVersion, jobs: [], total: 0 };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(health));
    });
    hostile.on('upgrade', (_request, socket) => socket.destroy());
    hostile.on('connection', (socket) => {
      open.add(socket);
      socket.on('data', (part) => {
        received += part;
      });
    });
    hostile.listen(port, '127.0.0.1');
    await once(hostile, 'listening');
  });

  afterEach(async () => {
    for (const socket of open) socket.destroy();
    hostile.close();
    await bench.dispose();
  });

  const infoNow = () => JSON.parse(readFileSync(join(bench.home, 'daemon.json'), 'utf8'));

  function assertNothingWasSent(): void {
    assert.match(received, /^(HEAD \/v1\/health HTTP\/1\.1\r\n[\s\S]*?\r\n\r\n)+$/);
    assert.doesNotMatch(received, /authorization/i);
    for (const secret of secrets) assert(!received.includes(secret), secret);
  }

  it('is not taken for the daemon, regardless of its replies', async () => {
    assert.equal(await findDaemon(bench.home), null);
    assertNothingWasSent();
  });

  it('receives no command, environment or token from the command line, which starts a new daemon', async () => {
    const env = { ...bench.env, SECRET: 'what-is-sent' };
    const args = [cliBundle, 'submit', '--json', '--', 'echo', 'what-is-sent'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    assertNothingWasSent();
    const next = infoNow();
    try {
      assert.notEqual(next.port, (hostile.address() as { port: number }).port);
      assert.match((JSON.parse(stdout) as JobDetail).id, /./);
    } finally {
      process.kill(next.pid, 'SIGKILL');
    }
  });

  it('receives no reports from programs, which keep them for the daemon', async () => {
    bench.linkPackage();
    const node = `
      const { startJob } = require('jobdeck/client');
      const job = startJob({ title: 'what-is-sent' });
      job.info('what-is-sent');
      job.flush(2000).then((done) => console.log(done));`;
    const text = `
import jobdeck
with jobdeck.job("what-is-sent") as job:
    job.info("what-is-sent")
    print(job.flush(2), flush=True)
`;
    for (const program of [
      bench.start(process.execPath, [bench.write('report.cjs', node)]),
      bench.start(python, [bench.write('report.py', text)]),
    ]) {
      assert.match(await program.line(), /^false$/i);
      await program.ended;
    }
    assertNothingWasSent();
  });

  it('receives no job token from a program in the job', async () => {
    const own = `jd1.someJob.${'m'.repeat(43)}`;
    secrets.push(own);
    const { port } = hostile.address() as { port: number };
    const env = {
      ...bench.env,
      JOBDECK_JOB_ID: 'someJob',
      JOBDECK_TOKEN: own,
      JOBDECK_URL: `http://127.0.0.1:${port}`,
    };
    const text = `
import jobdeck
job = jobdeck.current_job()
job.info("what-is-sent")
print(job.flush(2))
`;
    await promisify(execFile)(python, [bench.write('inside.py', text)], { env });
    await promisify(execFile)(process.execPath, [cliBundle, 'message', 'what-is-sent'], { env }).catch(() => undefined);
    assert.match(received, /\.someJob\r\n/);
    assertNothingWasSent();
  });
});
