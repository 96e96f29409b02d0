import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../../extension/base/text.ts';
import { type TaskFacts, taskOutcome, taskStart } from '../../../../../extension/tracking/tasks/trackedTask.ts';
import { ago } from '../../builders.ts';

describe('a tracked task', () => {
  const facts: TaskFacts = {
    name: 'build it',
    type: 'npm',
    group: undefined,
    commandLine: 'npm run build',
    cwd: undefined,
    folder: '/home/me/project',
    pid: 7,
  };

  it('is reported with its group or type and known facts', () => {
    assert.deepEqual(taskStart(facts, ago(0)), {
      title: 'build it',
      type: 'npm',
      cwd: '/home/me/project',
      workspace: '/home/me/project',
      commandLine: 'npm run build',
      metadata: { source: 'task', taskType: 'npm', pid: 7, startedAt: ago(0) },
    });
    assert.equal(taskStart({ ...facts, group: 'build' }, ago(0)).type, 'build');
  });

  it('can’t be run again with variables that only the editor resolves', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of the editor
    const start = taskStart({ ...facts, commandLine: 'node ${file}', cwd: '${workspaceFolder}/docs' }, ago(0));
    assert.deepEqual([start.commandLine, start.cwd], [undefined, '/home/me/project']);
  });

  it('has the outcome of its process', () => {
    assert.equal(taskOutcome(0, t).kind, 'complete');
    assert.equal(taskOutcome(3, t).message, 'It ended with exit code 3.');
    const terminated = taskOutcome(undefined, t);
    assert.equal(terminated.kind === 'fail' && terminated.cancelled, true);
  });
});
