import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CliBench } from './bench.ts';

describe('definitions on the command line', () => {
  let bench: CliBench;
  let app: string;
  let file: string;
  beforeEach(() => {
    bench = new CliBench();
    app = join(bench.home, 'app');
    file = join(app, '.vscode', 'jobs.json');
    mkdirSync(join(app, 'src'), { recursive: true });
    mkdirSync(join(app, '.vscode'));
  });
  afterEach(() => bench.dispose());

  const write = (jobs: object, queues: object = {}) => writeFileSync(file, JSON.stringify({ jobs, queues }));
  const inApp = (...args: string[]) => bench.call(args, { cwd: join(app, 'src') });

  it('run by name from any subfolder, with inputs and environment', async () => {
    const command = 'echo "$WHAT in $PWD"; exit 3';
    const inputs = [{ id: 'what', default: 'all' }];
    write({ build: { label: 'Build', command, env: { WHAT: '${input:what}' }, cwd: 'src', inputs, timeLimit: '5m' } });
    const plain = await inApp('run', 'build');
    assert.deepEqual([plain.code, plain.stdout], [3, `all in ${join(app, 'src')}\n`]);
    assert.match(
      plain.stderr,
      /Using the definition of “build” in .*jobs\.json\. To run a program instead: jobdeck run -- build/,
    );
    const chosen = await inApp('run', 'build', '--input', 'what=docs', '--title', 'Docs', '-C', app, '--json');
    const job = JSON.parse(chosen.stdout);
    assert.equal(chosen.stderr.includes(`docs in ${app}\n`), true, chosen.stderr);
    assert.deepEqual([job.title, job.type, job.timeLimitMs, job.input], ['Docs', 'build', 300_000, { what: 'docs' }]);
    assert.deepEqual([job.workspace, job.cwd], [app, app]);
  });

  it('can’t be read from a FIFO or a device, which keeps programs from nothing', async function () {
    if (process.platform === 'win32') return this.skip();
    for (const make of [() => execFileSync('mkfifo', [file]), () => symlinkSync('/dev/zero', file)]) {
      make();
      for (const args of [
        ['run', 'build'],
        ['define', 'check'],
        ['define', 'add'],
      ]) {
        const { code, stderr } = await inApp(...args);
        assert.equal(code, 1);
        assert.match(stderr, /Could not read .*: it is a (FIFO|device)/);
      }
      assert.equal((await inApp('run', '--', 'true')).code, 0);
      unlinkSync(file);
    }
  });

  it('don’t apply after “--” or to unknown names', async () => {
    write({ true: { command: 'exit 7' } });
    assert.equal((await inApp('run', 'true')).code, 7);
    assert.equal((await inApp('run', '--', 'true')).code, 0);
    assert.equal((await inApp('run', '--shell', 'true')).code, 0);
    assert.equal((await inApp('run', 'true', 'x')).code, 0);
    assert.equal((await inApp('run', 'false')).code, 1);
    assert.deepEqual((await inApp('run', '--input', 'a=1', 'false')).code, 2);
  });

  it('report a missing input, and that ranges are for backfills', async () => {
    write({
      ask: { command: 'echo ${input:what}', inputs: [{ id: 'what' }] },
      load: { command: 'load ${range.start}' },
    });
    const ask = await inApp('run', 'ask');
    assert.equal(ask.code, 1);
    assert.match(ask.stderr, /needs a value for “what”\.\n.*--input what=VALUE/);
    assert.match((await inApp('run', 'ask', '--input', 'whta=1')).stderr, /Did you mean “what”/);
    const load = await inApp('submit', 'load');
    assert.deepEqual([load.code, load.stdout], [2, '']);
    assert.match(load.stderr, /jobdeck backfill load/);
    assert.equal((await bench.json(['ls'])).document.total, 0);
  });

  it('are checked, with path, line and column, including cron expressions', async () => {
    writeFileSync(file, '{"jobs": {\n  "a": {"command": "x", "schedule": "0 3 * *"},\n  "b": {"command": "x"}}}');
    const cron = await inApp('define', 'check');
    assert.equal(cron.code, 1);
    assert.ok(cron.stdout.startsWith(`${file}:2:37: `), cron.stdout);
    writeFileSync(file, '{"jobs": {\n  "a": {"comand": "x"}}}');
    const { code, stdout } = await inApp('define', 'check', '../.vscode/jobs.json');
    assert.equal(code, 1);
    assert.match(stdout, /jobs\.json:2:9: “jobs\.a\.comand” is not a known property\. Did you mean “command”\?/);
    const run = await inApp('run', 'a');
    assert.equal(run.code, 1);
    assert.match(run.stderr, /jobs\.json:2:8: “jobs\.a” needs “command”/);
    writeFileSync(file, '{"jobs": {\n  "a": {"command": "x", "type": "y"},\n  "b": {"command": "true"}}}');
    assert.match(
      (await inApp('define', 'check')).stdout,
      /jobs\.json:2:25: “jobs\.a\.type” .* The name of the job is its type/,
    );
    assert.equal((await inApp('run', 'b')).code, 0);
    assert.match((await inApp('run', 'a')).stderr, /“jobs\.a\.type”/);
    write({ a: { command: 'x' } });
    assert.equal((await inApp('define', 'check')).code, 0);
    assert.equal((await bench.json(['define', 'check', 'nosuch.json'])).document.error.code, 'INVALID_DEFINITION');
  });

  it('of a folder apply queues and schedules only once it was added, and changes once they were reviewed', async () => {
    write({ nightly: { command: 'true', schedule: '0 3 * * *' } }, { gpu: { concurrency: 1 } });
    const before = await inApp('define', 'list');
    assert.match(before.stdout, /^nightly +true +.*jobs\.json +0 3 \* \* \* \(inactive\)$/m);
    assert.match(before.stderr, /jobdeck define add/);
    assert.deepEqual((await bench.json(['queue', 'ls'])).document.queues.length, 1);

    assert.equal((await inApp('define', 'add')).stdout, `${file} is active: nightly.\n`);
    assert.deepEqual(await schedules(), [['nightly', '0 3 * * *', file]]);
    assert.equal((await queue('gpu')).concurrency, 1);
    const { document } = await bench.json(['define', 'list']);
    assert.deepEqual(document.files.find(({ path }: { path: string }) => path === file).names, ['nightly']);

    write({ hourly: { command: 'true', schedule: '@hourly' } }, { gpu: { concurrency: 4 } });
    await eventually(async () => (await health()).warnings.length > 0);
    assert.equal((await health()).warnings[0].code, 'DEFINITION_PENDING');
    assert.deepEqual(await schedules(), [['nightly', '0 3 * * *', file]]);
    const listed = await inApp('define', 'list');
    assert.match(listed.stdout, /^nightly .*jobs\.json \(changed, review\) /m);
    assert.match(listed.stderr, /jobdeck define review/);
    const review = await inApp('define', 'review');
    assert.equal(review.code, 1);
    assert.match(review.stderr, /inactive\. To activate them: jobdeck define review --yes/);
    assert.deepEqual(review.stdout.split('\n'), [
      file,
      '  ~ queue gpu',
      '    - concurrency: 1',
      '    + concurrency: 4',
      '  + job hourly',
      '    + command: "true"',
      '    + schedule: "@hourly"',
      '  - job nightly',
      '    - command: "true"',
      '    - schedule: "0 3 * * *"',
      '',
    ]);
    assert.equal((await inApp('define', 'review', '--yes', app)).code, 0);
    assert.deepEqual(await schedules(), [['hourly', '@hourly', file]]);
    assert.equal((await queue('gpu')).concurrency, 4);
    const reviewed = await inApp('define', 'review', file);
    assert.deepEqual([reviewed.code, reviewed.stdout], [0, `${file} has no changes to review.\n`]);
    assert.deepEqual(await bench.errorOf(['define', 'review', 'nosuch']), [1, 'UNKNOWN_DEFINITION']);

    writeFileSync(file, '{"jobs": {\n"hourly": {}}}');
    await eventually(async () => (await health()).warnings.length > 0);
    const [warning] = (await health()).warnings;
    assert.deepEqual(
      [warning.code, warning.message],
      ['INVALID_DEFINITION', `${file}:2:11: “jobs.hourly” needs “command”.`],
    );
    assert.deepEqual(await schedules(), [['hourly', '@hourly', file]]);

    await bench.killDaemon();
    assert.equal((await health()).warnings[0].message, warning.message);
    assert.deepEqual(await schedules(), [['hourly', '@hourly', file]]);
    assert.deepEqual(
      (await bench.json(['define', 'list'])).document.jobs.map(({ name }: { name: string }) => name),
      ['hourly'],
    );

    assert.equal((await inApp('define', 'rm')).code, 0);
    assert.deepEqual(await schedules(), []);
    assert.equal((await health()).warnings.length, 0);
    assert.equal(await queue('gpu'), undefined);
    assert.deepEqual(await bench.errorOf(['define', 'rm', app]), [1, 'UNKNOWN_DEFINITION']);
  });

  it('with thousands of schedules are added and changed at once', async () => {
    const many = (cron: string) =>
      Object.fromEntries(
        Array.from({ length: 3_000 }, (_, index) => [
          `job-${index}`,
          { command: 'true', schedule: cron, queue: 'gpu' },
        ]),
      );
    write(many('0 3 * * *'), { gpu: { concurrency: 1 } });
    assert.equal((await inApp('define', 'add')).code, 0);
    assert.equal((await schedules()).length, 3_000);
    write(many('30 4 1 * *'), { gpu: { concurrency: 1 } });
    assert.equal((await inApp('define', 'add')).code, 0);
    assert.ok((await schedules()).every(([, cron]) => cron === '30 4 1 * *'));
    assert.equal((await inApp('define', 'check')).code, 0);
    assert.equal((await inApp('define', 'rm')).code, 0);
    assert.equal((await schedules()).length, 0);
  });

  it('keep values with special characters one word in shell lines', async () => {
    const command = 'printf "[%s]" ${input:x} "${input:x}" \'${input:x}\' ${workspaceFolder}';
    write({ say: { command, inputs: [{ id: 'x', default: "it's $(id)" }] } });
    const { stdout } = await inApp('run', 'say');
    assert.equal(stdout, `[it's $(id)][it's $(id)][it's $(id)][${app}]`);
    assert.equal((await inApp('run', 'say', '--input', 'x=`id`\n"; id')).stdout.split('[').length, 5);
  });

  it('in the home apply automatically', async () => {
    writeFileSync(join(bench.home, 'jobs.json'), '{"jobs": {"where": {"command": "pwd", "schedule": "@daily"}}}');
    assert.equal((await schedules())[0]?.[0], 'where');
    const { stdout } = await bench.call(['run', 'where'], { env: { HOME: bench.home } });
    assert.equal(stdout.trim(), bench.home);
  });

  it('have the same schema as in the editor', async () => {
    const { document } = await bench.json(['define', 'schema']);
    assert.equal(document.properties.jobs.type, 'object');
  });

  it('accept durations in words', async () => {
    const submitted = await bench.json(['submit', '--at', 'next monday', '--', 'true']);
    const at = new Date(submitted.document.waitUntil);
    assert.deepEqual([at.getDay(), at.getHours(), submitted.document.waitReason], [1, 0, 'delay']);
    assert.equal((await bench.json(['ls', '--since', 'last friday'])).document.total, 1);
    assert.equal((await bench.json(['ls', '--until', 'last friday'])).document.total, 0);
    assert.equal((await bench.json(['stats', '--since', 'last friday'])).code, 0);
    for (const at of ['some day', 'last friday', '2027-02-30', '2027-13-01', '25:61']) {
      assert.deepEqual(await bench.errorOf(['submit', '--at', at, '--', 'true']), [2, 'INVALID_REQUEST'], at);
    }
    assert.deepEqual(await bench.errorOf(['ls', '--since', 'some day']), [1, 'INVALID_REQUEST']);
  });

  // biome-ignore lint/suspicious/noExplicitAny: tests access documents freely
  const ask = async (path: string): Promise<any> => {
    const { port, token } = bench.info();
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return reply.json();
  };
  const health = async () => {
    await bench.call(['daemon', 'start']);
    return ask('/v1/health');
  };
  const schedules = async (): Promise<string[][]> => {
    await bench.call(['daemon', 'start']);
    const { schedules: all } = await ask('/v1/schedules');
    return all.map(({ name, cron, source }: Record<string, string>) => [name, cron, source]);
  };
  const queue = async (name: string) =>
    (await ask('/v1/queues')).queues.find((one: { name: string }) => one.name === name);
  /** Polls until a condition holds, because nothing signals that a file change was processed. */
  const eventually = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo())) await pause(20);
  };
});
