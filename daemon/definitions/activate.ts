/** Activates the queues and schedules of a valid definition file. */
import { isDeepStrictEqual } from 'node:util';
import { messageWithHint, problemAt } from '../../shared/definitions/parse.ts';
import type { Definitions } from '../../shared/definitions/schema.ts';
import { type Surroundings, toQueueSettings, toScheduleRequest } from '../../shared/definitions/toRequest.ts';
import type { DefinitionProblem } from '../../shared/definitions/wire.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { definitionFileMessage, definitionFileProblem } from '../../shared/messages/definitionFiles.ts';
import type { QueueSettings } from '../../shared/protocol.ts';
import type { ScheduleRequest } from '../../shared/schedule.ts';
import type { QueueCommands, ScheduleCommands } from '../jobs/ports.ts';
import type { Log } from '../log.ts';

export interface ActivateDeps {
  queues: Pick<QueueCommands, 'list' | 'set'>;
  schedules: Pick<ScheduleCommands, 'list' | 'add' | 'define'>;
  log: Log;
}

/** A file that was parsed without problems. */
export interface ValidFile {
  path: string;
  text: string;
  definitions: Definitions;
  surroundings: Surroundings;
}

/**
 * Sets the queues, and replaces the schedules of the file by those it defines now. Resolves with the problems that prevent
 * this; nothing has changed then.
 */
export async function activate(file: ValidFile, deps: ActivateDeps): Promise<DefinitionProblem[]> {
  const { requests, problems } = await scheduleRequests(file, deps);
  if (problems.length > 0) return problems;
  await setQueues(file, deps);
  try {
    await deps.schedules.define(file.path, requests);
  } catch (error) {
    return [problemOf(file.text, ['jobs'], error)];
  }
  deps.log.info('Definitions were activated.', { file: file.path, schedules: requests.map(({ name }) => name) });
  return [];
}

async function scheduleRequests(
  { path, text, definitions, surroundings }: ValidFile,
  { queues, schedules }: ActivateDeps,
): Promise<{ requests: ScheduleRequest[]; problems: DefinitionProblem[] }> {
  const requests: ScheduleRequest[] = [];
  const problems: DefinitionProblem[] = [];
  const known = [...Object.keys(definitions.queues ?? {}), ...queues.list().map(({ name }) => name)];
  for (const [name, job] of Object.entries(definitions.jobs ?? {})) {
    if (job.schedule === undefined) continue;
    const at = (field: string) => ['jobs', name, field];
    try {
      const request = toScheduleRequest(name, job, surroundings);
      if (request === null) continue;
      if (job.queue !== undefined && !known.includes(job.queue)) {
        const message = definitionFileMessage('definitionFile.unknownQueue', { queue: job.queue });
        problems.push(problemAt(text, at('queue'), message));
      } else {
        await checkSchedule(path, request, schedules);
        requests.push(request);
      }
    } catch (error) {
      problems.push(problemOf(text, at(fieldOf(error)), error));
    }
  }
  return { requests, problems };
}

/** Checks a schedule without its queue, which the file may define. Throws the error of the check. */
async function checkSchedule(
  path: string,
  request: ScheduleRequest,
  schedules: ActivateDeps['schedules'],
): Promise<void> {
  const other = schedules.list().find(({ name, source }) => name === request.name && source !== path);
  if (other !== undefined) {
    throw other.source === null
      ? definitionFileProblem('SCHEDULE_EXISTS/definition', { name: other.name })
      : definitionFileProblem('SCHEDULE_EXISTS/otherFile', { name: other.name, file: other.source });
  }
  const { queue: _, ...job } = request.job;
  try {
    await schedules.add({ ...request, job, replace: true, dryRun: true });
  } catch (error) {
    // This file defines the schedule, so it may replace it.
    if (!(error instanceof JobdeckError) || error.code !== 'SCHEDULE_DEFINED') throw error;
  }
}

/** Sets the queues that differ from what the file defines. */
async function setQueues({ path, definitions }: ValidFile, { queues, log }: ActivateDeps): Promise<void> {
  const before = new Map(queues.list().map((queue) => [queue.name, queue]));
  for (const [name, definition] of Object.entries(definitions.queues ?? {})) {
    const settings = toQueueSettings(definition);
    const queue = before.get(name);
    const as = (key: string) => settings[key as keyof QueueSettings];
    if (
      queue &&
      Object.entries(queue).every(([key, value]) => as(key) === undefined || isDeepStrictEqual(as(key), value))
    ) {
      continue;
    }
    await queues.set(name, settings);
    log.info('A definition file changed a queue.', { queue: name, settings, file: path });
  }
}

function fieldOf(error: unknown): string {
  return error instanceof JobdeckError && error.code === 'CWD_MISSING' ? 'cwd' : 'schedule';
}

/** Turns an expected error into a problem of the file. Rethrows all others. */
function problemOf(text: string, path: string[], error: unknown): DefinitionProblem {
  if (!(error instanceof JobdeckError)) throw error;
  return problemAt(text, path, messageWithHint(error));
}
