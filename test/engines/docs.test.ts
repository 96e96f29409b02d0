import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { installedCelery } from '../../tools/host/celery.ts';
import { CliBench } from '../daemon/cli/bench.ts';
import { codeBlocks } from '../daemon/docs.ts';
import { Application } from './celery/application.ts';
import { FakeInngest } from './inngest/fake.ts';
import { freePort, Services } from './services.ts';

describe('the examples in docs/engines.md', function () {
  this.timeout(90_000);
  const bench = new CliBench();
  const services = new Services();
  const inngest = new FakeInngest();
  let celery: Application;
  let address = '';

  before(async () => {
    const host = installedCelery();
    assert.ok(host, 'Celery and Redis are not installed. Run: npm test -- engines');
    const port = await freePort();
    await services.redis(host.redisServer, port);
    address = `redis://127.0.0.1:${port}/0`;
    celery = new Application(services, host, { broker: address, backend: null, gates: `redis://127.0.0.1:${port}/2` });
    await celery.worker('w1');
    const invoked = { data: { runId: 'INVOKED' }, metadata: {} };
    inngest.answers.set('POST /api/v2/apps/demo/functions/steps/invoke', { body: invoked });
    await inngest.listen();
    await bench.call(['daemon', 'start']);
  });
  after(async () => {
    await bench.dispose();
    await inngest.stop();
    await celery?.dispose();
    await services.dispose();
  });

  it('run', async () => {
    const script = codeBlocks('docs/engines.md', 'sh', { includeUntested: true })
      .join('\n')
      .replace('redis://localhost:6379/0', address)
      .replace('http://localhost:8288', inngest.url);
    const child = spawn('/bin/sh', ['-euxc', script], {
      env: { ...process.env, JOBDECK_HOME: bench.home, PATH: `${join(bench.home, 'bin')}:${process.env.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, output);
    assert.match(output, /^tasks\.add$/m);
  });
});
