/** Turns a task definition of tasks.json into a job. Pure. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { LinePart } from '../../shared/definitions/shellLine.ts';
import type { JobdeckError } from '../../shared/errors.ts';
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
  /** Its command as in tasks.json, with variables that are not resolved. */
  readonly command?: unknown;
  /** Puts the values of variables into a line for the shell that runs it. */
  readonly shellLine: (parts: readonly LinePart[]) => string;
  /** The environment that the task extends. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The job of a task whose variables are resolved. `definition` comes from tasks.json unchecked. A relative `cwd` is
 * resolved against the workspace folder. In a shell line, the value of each variable is one word or a part of one.
 * @throws JobdeckError EMPTY_COMMAND, INVALID_REQUEST
 */
export function taskRequest(
  definition: Readonly<Record<string, unknown>>,
  { name, group, folder, environment, command, shellLine }: TaskContext,
): SubmitRequest {
  const text = (key: string): string | undefined => {
    const value = definition[key];
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value.trim() === '' ? undefined : value;
    throw editorProblem('INVALID_REQUEST/taskText', { property: key });
  };
  const cwd = text('cwd');
  return {
    command: commandOf(quotedLine(command, definition.command, shellLine)),
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

/** The resolved line with the values of its variables quoted; any other command unchanged. */
function quotedLine(written: unknown, resolved: unknown, shellLine: TaskContext['shellLine']): unknown {
  if (typeof written !== 'string' || typeof resolved !== 'string' || written === resolved) return resolved;
  // A variable that is the whole command stands for a whole line.
  if (/^\s*\$\{[^}]+\}\s*$/.test(written)) return resolved;
  const parts = partsOf(written, resolved);
  return parts === null ? resolved : shellLine(parts);
}

/**
 * The written line in parts with the values that its variables have in the resolved one. A value that contains text of the
 * line may be assigned to another variable, but no part of a value becomes text of the line. Null if they don't match.
 */
function partsOf(written: string, resolved: string): LinePart[] | null {
  const [first = '', ...rest] = written.split(/(\$\{[^}]+\})/);
  if (!resolved.startsWith(first)) return null;
  const parts: LinePart[] = [first];
  let at = first.length;
  for (let index = 0; index < rest.length; index += 2) {
    const [source = '', text = ''] = rest.slice(index, index + 2);
    const isLast = index + 2 === rest.length;
    const end = isLast && resolved.endsWith(text) ? resolved.length - text.length : resolved.indexOf(text, at);
    if (end < at) return null;
    const value = resolved.slice(at, end);
    // Variables of the shell stay as they are.
    parts.push(
      value === source ? source : { name: source.replace(/\W+/g, '_'), value, refuse: () => refusal(source) },
      text,
    );
    at = end + text.length;
  }
  return parts;
}

function refusal(placeholder: string): JobdeckError {
  return editorProblem('INVALID_REQUEST/taskValue', { placeholder });
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
