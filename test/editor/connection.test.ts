import assert from 'node:assert/strict';
import { Emitter } from '../../extension/base/event.ts';
import type { ConnectionState } from '../../extension/daemon/access.ts';
import { DaemonNotices } from '../../extension/daemon/notices.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import { clear, daemonInfo, ended, jobdeck, Person, run, submit, submitAndWait, until } from './harness.ts';

describe('the connection', () => {
  let api: JobdeckApi;
  let person: Person;

  beforeEach(async () => {
    api = await jobdeck();
    await clear(api);
    person = new Person();
    person.presses();
  });
  afterEach(() => person.restore());

  const connected = () => until(() => api.connection.state.status === 'connected');

  it('survives a killed daemon: a new one is started, and the jobs are unchanged', async () => {
    const over = await submitAndWait(api, 'exit 7', 'over');
    const job = await submit(api, 'sleep 2; echo done; exit 3', 'long');
    await until(() => api.model.get(job.id)?.status === 'running');
    const { pid } = daemonInfo();
    const states: string[] = [];
    const watch = api.connection.onDidChangeState(({ status }) => states.push(status));
    process.kill(pid, 'SIGKILL');
    await until(() => states.includes('reconnecting'));
    await connected();
    watch.dispose();
    assert.notEqual(daemonInfo().pid, pid);
    assert.deepEqual(api.model.get(over.id), over);
    assert.equal(api.model.get(job.id)?.attempt, 1);
    const { status, exitCode, attempt } = await ended(api, job.id);
    assert.deepEqual({ status, exitCode, attempt }, { status: 'failed', exitCode: 3, attempt: 1 });
    assert.deepEqual(person.messages, [], 'no message is shown');
  });

  it('stays closed after the daemon was stopped, shows that, and reconnects on request', async () => {
    await submitAndWait(api, 'true', 'kept');
    await run('stopDaemon');
    await until(() => api.connection.state.status === 'offline');
    await until(() => api.view.tree.getChildren().length === 0);
    await until(() => api.statusBar.shown?.text === '$(debug-disconnect)');
    await run('cancel');
    assert.deepEqual(person.messages[0]?.buttons, ['Start Daemon']);
    await run('startDaemon');
    await connected();
    await until(() => api.view.tree.getChildren().length === 1);
    assert.equal(api.model.all()[0]?.title, 'kept');
  });

  it('stays open if the user does not confirm that schedules and waiting jobs stop', async () => {
    const client = await api.connection.client();
    const { id } = await client.addSchedule({ name: 's', cron: '@daily', job: { command: { shell: 'true' } } });
    await client.submit({ command: { shell: 'true' }, hold: true });
    person.presses();
    await run('stopDaemon');
    const { message, detail, buttons } = person.messages.at(-1) ?? {};
    assert.deepEqual([message, buttons], ['Stop the Jobdeck daemon?', ['Stop Daemon']]);
    assert.match(detail ?? '', /1 schedule and 1 waiting job will not start\. Running jobs continue\./);
    assert.equal(api.connection.state.status, 'connected');
    await client.removeSchedule(id);
    await clear(api);
  });

  it('is opened automatically to run a job', async () => {
    await run('stopDaemon');
    await until(() => api.connection.state.status === 'offline');
    await run('run', 'echo again');
    await until(() => api.model.all().some(({ commandLine }) => commandLine === 'echo again'));
    await connected();
  });

  it('survives a restart while jobs keep running', async () => {
    const job = await submit(api, 'sleep 30');
    const { pid } = daemonInfo();
    await run('restartDaemon');
    await until(() => api.connection.state.status !== 'connected');
    await connected();
    assert.notEqual(daemonInfo().pid, pid);
    assert.equal(api.model.get(job.id)?.status, 'running');
  });
});

describe('messages about the daemon', () => {
  const person = new Person();
  const states = new Emitter<ConnectionState>();
  const ok: ConnectionState = { status: 'connected', error: null, warnings: [] };
  let notices: DaemonNotices;

  beforeEach(() => {
    person.messages.splice(0);
    person.presses();
    notices = new DaemonNotices(
      { state: ok, onDidChangeState: states.event, client: () => Promise.reject(new Error('not requested')) },
      (message) => message,
    );
  });
  afterEach(() => {
    notices.dispose();
    person.restore();
  });

  it('explain once why it can’t be started, with a retry button and its log', () => {
    const error = { code: 'PORT_UNUSABLE', message: 'Port 80 can’t be used.', hint: 'Choose another.' };
    states.fire({ ...ok, status: 'failed', error });
    states.fire({ ...ok, status: 'failed', error });
    assert.deepEqual(person.messages, [
      { message: 'Port 80 can’t be used. Choose another.', buttons: ['Try Again', 'Show Log'] },
    ]);
  });

  it('report a replaced database once, regardless of the number of connections', () => {
    const warnings = [{ code: 'DATABASE_SET_ASIDE', message: 'Set aside.', hint: null }];
    states.fire({ ...ok, warnings });
    states.fire({ ...ok, status: 'reconnecting' });
    states.fire({ ...ok, warnings });
    assert.deepEqual(person.messages, [{ message: 'Set aside.', buttons: ['Show Log'] }]);
  });

  it('don’t appear during short interruptions', () => {
    for (const status of ['reconnecting', 'connected', 'offline', 'starting', 'connected'] as const) {
      states.fire({ ...ok, status });
    }
    assert.deepEqual(person.messages, []);
  });
});
