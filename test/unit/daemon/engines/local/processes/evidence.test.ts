import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { EvidenceReader, markIn, markOf } from '../../../../../../daemon/engines/local/processes/evidence.ts';
import { type Process, readProcesses } from '../../../../../../daemon/engines/local/processes/table.ts';
import { killGroup } from '../bench.ts';

describe('the mark of an attempt in an environment', () => {
  const mark = markOf({ jobId: 'abc', attempt: 2, token: null });

  it('is found anywhere', () => {
    assert.equal(markIn('JOBDECK_JOB_ID=abc\0A=b\0JOBDECK_ATTEMPT=2\0'), mark);
    assert.equal(markIn('A=b\0JOBDECK_ATTEMPT=2\0JOBDECK_JOB_ID=abc\0'), mark);
  });

  it('needs both variables under their whole names', () => {
    assert.equal(markIn('JOBDECK_JOB_ID=abc\0'), null);
    assert.equal(markIn('XJOBDECK_JOB_ID=abc\0JOBDECK_ATTEMPT=2\0'), null);
    assert.equal(markIn('A=JOBDECK_JOB_ID=abc\0JOBDECK_ATTEMPT=2\0'), null);
    assert.equal(markIn(''), null);
  });

  it('is the token of the launch, if it has one', () => {
    assert.equal(markOf({ jobId: 'abc', attempt: 2, token: 'f00' }), 'f00');
    assert.equal(markIn('JOBDECK_JOB_ID=abc\0JOBDECK_ATTEMPT=2\0JOBDECK_LAUNCH=f00\0'), 'f00');
  });
});

describe('the evidence on a process', () => {
  const children: ChildProcess[] = [];
  beforeEach(function () {
    if (process.platform !== 'linux') this.skip();
  });
  afterEach(() => {
    for (const child of children.splice(0)) killGroup(child.pid ?? 0);
  });

  async function start(script: string): Promise<{ child: ChildProcess; find(): Promise<Process> }> {
    const env = { ...process.env, JOBDECK_JOB_ID: 'abc', JOBDECK_ATTEMPT: '1' };
    const child = spawn('sh', ['-c', script], { detached: true, env, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    return {
      child,
      async find() {
        const found = (await readProcesses()).find(({ pid }) => pid === child.pid);
        assert.ok(found);
        return found;
      },
    };
  }

  it('is its mark', async () => {
    const { find } = await start('echo up; read line');
    const found = await find();

    assert.deepEqual(new EvidenceReader().on([found])(found), {
      mark: 'abc/1',
      home: process.env.JOBDECK_HOME ?? null,
      outputs: [],
      cgroup: '',
    });
  });

  it('is its outputs and its cgroup if it has no mark', async () => {
    const { find } = await start('exec env -i sh -c "echo up; read line"');
    const found = await find();
    const { mark, outputs, cgroup } = new EvidenceReader().on([found])(found);

    assert.equal(mark, null);
    assert.match(outputs[0] ?? '', /^(pipe|socket):/);
    assert.match(cgroup, /^\//);
  });

  it('is kept when the process runs a program with another environment', async () => {
    const { child, find } = await start('echo up; read line; exec env -i sh -c "echo changed; read line"');
    const reader = new EvidenceReader();
    const before = await find();
    assert.equal(reader.on([before])(before).mark, 'abc/1');
    child.stdin?.write('go\n');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    const after = await find();

    assert.equal(reader.on([after])(after).mark, 'abc/1');
    assert.equal(new EvidenceReader().on([after])(after).mark, null);
  });
});
