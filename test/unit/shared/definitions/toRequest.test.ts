import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JobDefinition } from '../../../../shared/definitions/schema.ts';
import {
  needsRange,
  type Surroundings,
  toJobTemplate,
  toQueueSettings,
  toScheduleRequest,
} from '../../../../shared/definitions/toRequest.ts';

const around: Surroundings = {
  file: '/src/app/.vscode/jobs.json',
  workspace: '/src/app',
  folder: '/src/app',
  env: { HOME: '/home/ann', EMPTY: '' },
  sendEnv: false,
  windows: false,
  inputs: {},
  createdBy: null,
};
const template = (job: JobDefinition, more: Partial<Surroundings> = {}) =>
  toJobTemplate('build', job, { ...around, ...more });

describe('a definition as a request', () => {
  it('has its name as title and type, and runs in the folder of its workspace', () => {
    assert.deepEqual(template({ command: 'make' }), {
      command: { shell: 'make' },
      title: 'build',
      type: 'build',
      definition: { file: '/src/app/.vscode/jobs.json', name: 'build' },
      cwd: '/src/app',
      workspace: '/src/app',
    });
  });

  it('contains every field in the form of the API', () => {
    const job = template(
      {
        ...{
          command: ['make', 'all'],
          label: 'Build',
          queue: 'cpu',
          priority: 'high',
          timeLimit: '30m',
          group: 'night',
        },
        retry: { attempts: 2, delay: '5s', backoff: 'exponential', maxDelay: '1m', jitter: 'none', retryOn: [1] },
        progress: { pattern: '(?<percent>\\d+)' },
        metadata: { team: 'core' },
        phases: [{ id: 'link' }],
      },
      { createdBy: 'ann@box' },
    );
    assert.deepEqual(job, {
      command: { argv: ['make', 'all'] },
      title: 'Build',
      type: 'build',
      definition: { file: '/src/app/.vscode/jobs.json', name: 'build' },
      cwd: '/src/app',
      workspace: '/src/app',
      queue: 'cpu',
      priority: 'high',
      timeLimitMs: 1_800_000,
      group: 'night',
      createdBy: 'ann@box',
      retry: { attempts: 2, delayMs: 5000, backoff: 'exponential', maxDelayMs: 60_000, jitter: 'none', retryOn: [1] },
      outputProgress: { pattern: '(?<percent>\\d+)' },
      metadata: { team: 'core' },
      steps: [{ id: 'link' }],
    });
  });

  it('replaces workspace, variables and inputs, and leaves ranges to a backfill', () => {
    const job = template(
      {
        command: [
          'cp',
          '${workspaceFolder}/${input:what}',
          '${env:HOME}',
          '${range.start:date}',
          '$${HOME}${env:EMPTY}',
        ],
        label: 'Copy ${input:what}',
        inputs: [{ id: 'what', default: 'x' }],
      },
      { inputs: { what: '$&' } },
    );
    assert.deepEqual(job.command, { argv: ['cp', '/src/app/$&', '/home/ann', '${range.start:date}', '${HOME}'] });
    assert.deepEqual([job.title, job.input], ['Copy $&', { what: '$&' }]);
    assert.equal(needsRange({ command: 'load ${range.start}' }), true);
    assert.equal(needsRange({ command: 'load $${range.start}' }), false);
  });

  it('runs in a folder relative to the workspace, or in an absolute one', () => {
    const cwd = (path: string, folder = '/src/app') => template({ command: 'x', cwd: path }, { folder }).cwd;
    assert.deepEqual(
      [cwd('docs'), cwd('./docs'), cwd('.'), cwd('../b')],
      ['/src/app/docs', '/src/app/docs', '/src/app', '/src/app/../b'],
    );
    assert.deepEqual([cwd('/tmp'), cwd('${env:HOME}/x'), cwd('docs', '/')], ['/tmp', '/home/ann/x', '/docs']);
    assert.deepEqual([cwd('docs', 'C:\\app'), cwd('D:\\x')], ['C:\\app\\docs', 'D:\\x']);
  });

  it('adds its environment to the caller’s, and sends none if it adds nothing', () => {
    assert.equal(template({ command: 'x' }).env, undefined);
    assert.deepEqual(template({ command: 'x', env: { A: '${env:HOME}/a' } }).env, {
      HOME: '/home/ann',
      EMPTY: '',
      A: '/home/ann/a',
    });
    assert.deepEqual(template({ command: 'x' }, { sendEnv: true }).env, { HOME: '/home/ann', EMPTY: '' });
  });

  it('requires its inputs, and rejects unknown inputs and values that are not an option', () => {
    const job: JobDefinition = {
      command: 'make ${input:target}',
      inputs: [{ id: 'target', options: ['all', 'docs'] }],
    };
    const refused = (inputs: Record<string, string>, message: RegExp) =>
      assert.throws(
        () => template(job, { inputs }),
        (error: Error & { code?: string; hint?: string }) => {
          assert.equal(error.code, 'INVALID_REQUEST');
          assert.match(`${error.message} ${error.hint}`, message);
          return true;
        },
      );
    refused({}, /“build” needs a value for “target”\. .*--input target=VALUE/);
    refused({ target: 'doc' }, /“doc” is not a valid value .*\. Did you mean “docs”\?/);
    refused({ targt: 'all' }, /has no input “targt”\. Did you mean “target”\?/);
    assert.deepEqual(template(job, { inputs: { target: 'all' } }).command, { shell: 'make all' });
  });

  it('does not store passwords', () => {
    const inputs = [{ id: 'key', password: true }, { id: 'a' }];
    const job = template({ command: 'x', env: { KEY: '${input:key}' }, inputs }, { inputs: { key: 's3cret', a: '1' } });
    assert.equal(job.env?.KEY, 's3cret');
    assert.deepEqual(job.input, { a: '1' });
  });

  it('rejects a variable that is not set instead of running a different command', () => {
    assert.throws(() => template({ command: 'rm -rf ${env:NOSUCH}/x' }), { code: 'INVALID_DEFINITION' });
  });

  it('creates a schedule with its name', () => {
    const job = {
      command: { shell: 'x' },
      title: 'build',
      type: 'build',
      definition: { file: '/src/app/.vscode/jobs.json', name: 'build' },
      cwd: '/src/app',
      workspace: '/src/app',
    };
    assert.equal(toScheduleRequest('build', { command: 'x' }, around), null);
    assert.deepEqual(toScheduleRequest('build', { command: 'x', schedule: '@daily' }, around), {
      name: 'build',
      cron: '@daily',
      job,
    });
    const schedule = {
      cron: '0 3 * * *',
      timezone: 'Europe/Berlin',
      catchUp: 'all',
      overlap: 'queue',
      paused: true,
    } as const;
    assert.deepEqual(toScheduleRequest('build', { command: 'x', schedule }, around), {
      name: 'build',
      ...schedule,
      job,
    });
  });

  it('changes only the given settings of a queue', () => {
    assert.deepEqual(toQueueSettings({}), {});
    assert.deepEqual(toQueueSettings({ concurrency: 'unlimited', rate: 'none', timeLimit: 'none' }), {
      concurrency: null,
      rate: null,
      timeLimitMs: null,
    });
    assert.deepEqual(toQueueSettings({ concurrency: 2, rate: '10/m', timeLimit: '1h', cancelAllowed: false }), {
      concurrency: 2,
      rate: { count: 10, periodMs: 60_000 },
      timeLimitMs: 3_600_000,
      cancelAllowed: false,
    });
  });
});
