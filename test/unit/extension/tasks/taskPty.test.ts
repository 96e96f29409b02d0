import assert from 'node:assert/strict';
import { Emitter } from '../../../../extension/base/event.ts';
import { untranslated as t } from '../../../../extension/base/text.ts';
import type { ConnectionState } from '../../../../extension/daemon/access.ts';
import { JobsModel } from '../../../../extension/daemon/jobsModel.ts';
import { TaskPty } from '../../../../extension/tasks/taskPty.ts';
import type { DaemonClient } from '../../../../shared/client/http.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import type { Attempt, Job, JobDetail } from '../../../../shared/job.ts';
import { makeAttempt, makeJob, makeState } from '../builders.ts';

interface Given {
  /** The job as known to the window right after it was submitted. */
  job?: Partial<Job>;
  attempt?: Partial<Attempt>;
  refusal?: JobdeckError;
  terminated?: boolean;
  /** A job that has not finished. */
  going?: true;
}

/** The terminal of a task whose job prints `done`. */
function task({ job: given = {}, attempt = {}, refusal, terminated = false, going }: Given = {}) {
  const job = makeJob({ id: 'j1', attempt: 1, ...given });
  const model = new JobsModel();
  model.replace([job]);
  const bytes = Buffer.from('done\n');
  const read = async (): Promise<object> =>
    going ? new Promise(() => {}) : { offset: 0, bytes, size: bytes.length, ended: true };
  const client = { readLog: read, get: async () => ({ ...job, attempts: [makeAttempt(attempt)] }) };
  const cancelled: string[] = [];
  const cancels = new Emitter<void>();
  const lines: string[] = [];
  const pty = new TaskPty({
    access: {
      state: makeState(),
      onDidChangeState: new Emitter<ConnectionState>().event,
      client: async () => client as unknown as DaemonClient,
    },
    model,
    t,
    submit: async () => {
      if (refusal !== undefined) throw refusal;
      return job as unknown as JobDetail;
    },
    cancel: async (id) => {
      cancelled.push(id);
      cancels.fire();
    },
    isTerminated: async () => terminated,
    rows: 900,
    showsLog: () => undefined,
    log: (line) => void lines.push(line),
  });
  let text = '';
  const written = new Emitter<void>();
  pty.onDidWrite((piece) => {
    text += piece;
    written.fire();
  });
  const closed = new Promise<number>((resolve) => pty.onDidClose(resolve));
  const shown = (part: string) =>
    new Promise<void>((resolve) => {
      const look = () => text.includes(part) && resolve();
      written.event(look);
      look();
    });
  const cancelling = new Promise<void>((resolve) => cancels.event(resolve));
  return { pty, model, job, closed, shown, cancelled, cancelling, text: () => text };
}

describe('the terminal of a task', () => {
  it('shows the output of the job and ends with its exit code', async () => {
    const { pty, closed, text } = task({ attempt: { status: 'failed', exitCode: 3 } });
    pty.open();
    assert.equal(await closed, 3);
    assert.match(text(), /Job j1 keeps running when this terminal is closed[\s\S]*done\r\n[\s\S]*exit code 3/);
  });

  it('shows what the job waits for, and continues when it starts', async () => {
    const { pty, model, job, closed, shown } = task({ job: { status: 'waiting', waitReason: 'hold', attempt: 0 } });
    pty.open();
    await shown('Waiting: on hold until released.');
    model.replace([{ ...job, status: 'running', attempt: 1, rev: job.rev + 1 }]);
    assert.equal(await closed, 0);
  });

  it('ends when the job is cancelled before it started, or removed', async () => {
    const waiting = { status: 'waiting', waitReason: 'hold', attempt: 0 } as const;
    const first = task({ job: waiting });
    first.pty.open();
    first.model.replace([{ ...first.job, status: 'cancelled', rev: first.job.rev + 1 }]);
    assert.equal(await first.closed, 130);
    assert.match(first.text(), /was cancelled before it started/);
    const second = task({ job: waiting });
    second.pty.open();
    await second.shown('Waiting');
    second.model.replace([]);
    assert.equal(await second.closed, 1);
  });

  it('shows why there is no job, and ends with 1', async () => {
    const { pty, closed, text } = task({
      refusal: new JobdeckError({ code: 'UNKNOWN_QUEUE', message: 'There is no queue x.', hint: 'Make it.' }),
    });
    pty.open();
    assert.equal(await closed, 1);
    assert.match(text(), /There is no queue x\. Make it\./);
  });

  it('cancels the job when the task is terminated, and on Ctrl+C', async () => {
    const terminated = task({ terminated: true, going: true });
    terminated.pty.open();
    await terminated.shown('Job j1');
    terminated.pty.close();
    await terminated.cancelling;
    const interrupted = task({ going: true });
    interrupted.pty.open();
    await interrupted.shown('Job j1');
    interrupted.pty.handleInput('ls\r');
    assert.deepEqual(interrupted.cancelled, []);
    interrupted.pty.handleInput('\u0003');
    await interrupted.cancelling;
  });

  it('does not cancel the job when it is only closed', async () => {
    const { pty, shown, cancelled } = task({ going: true });
    pty.open();
    await shown('Job j1');
    pty.close();
    await new Promise(setImmediate);
    assert.deepEqual(cancelled, []);
  });

  it('does nothing when closed after its end', async () => {
    const { pty, closed, cancelled } = task({ terminated: true });
    pty.open();
    await closed;
    pty.close();
    await new Promise(setImmediate);
    assert.deepEqual(cancelled, []);
  });
});
