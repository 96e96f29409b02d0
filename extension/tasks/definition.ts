/** Turns a task definition of tasks.json into a job. Pure. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Command, Priority } from '../../shared/job.ts';
import { editorProblem } from '../../shared/messages/editor.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';

const priorities: readonly Priority[] = ['low', 'normal', 'high', 'urgent'];

/** What is known about a task besides its definition. */
export interface TaskContext {
  /** Its label in tasks.json. */
  readonly name: string;
  /** ID of its group, such as `build` or `test`. */
  readonly group: string | undefined;
  /** Path of its workspace folder. */
  readonly folder: string | undefined;
  /** The environment that the task extends. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The job of a task whose variables are resolved. `definition` comes from tasks.json unchecked. A relative `cwd` is
 * resolved against the workspace folder.
 * @throws JobdeckError EMPTY_COMMAND, INVALID_REQUEST
 */
export function taskRequest(
  definition: Readonly<Record<string, unknown>>,
  { name, group, folder, environment }: TaskContext,
): SubmitRequest {
  const text = (key: string): string | undefined => {
    const value = definition[key];
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value.trim() === '' ? undefined : value;
    throw editorProblem('INVALID_REQUEST/taskText', { property: key });
  };
  const cwd = text('cwd');
  return {
    command: commandOf(definition.command),
    title: (text('title') ?? name).slice(0, 300) || undefined,
    type: (text('jobType') ?? group)?.slice(0, 100),
    cwd: cwd === undefined ? folder : resolve(folder ?? homedir(), cwd),
    env: { ...environment, ...variables(definition.env) },
    queue: text('queue'),
    priority: priorityOf(text('priority')),
    group: text('jobGroup'),
    workspace: folder,
    metadata: { source: 'task', task: name },
  };
}

function commandOf(command: unknown): Command {
  const [line, words] = [typeof command === 'string' ? command.trim() : '', isTexts(command) ? command : []];
  if (line !== '') return { shell: line };
  if (words[0]) return { argv: [...words] };
  if (command === undefined || typeof command === 'string' || isTexts(command)) {
    throw editorProblem('EMPTY_COMMAND/task');
  }
  throw editorProblem('INVALID_REQUEST/taskCommand');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function variables(env: unknown): Record<string, string> {
  if (env === undefined) return {};
  if (typeof env !== 'object' || env === null || !isTexts(Object.values(env))) {
    throw editorProblem('INVALID_REQUEST/taskEnv');
  }
  return env as Record<string, string>;
}

function priorityOf(given: string | undefined): Priority | undefined {
  if (given === undefined) return undefined;
  const priority = priorities.find((one) => one === given);
  if (priority !== undefined) return priority;
  throw editorProblem('INVALID_REQUEST/taskPriority', { priority: given, priorities: priorities.join(', ') });
}
