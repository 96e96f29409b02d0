/** Puts the queues and schedules of a right file in force. */
import { isDeepStrictEqual } from 'node:util';
import { problemAt } from '../../shared/definitions/parse.ts';
import type { Definitions } from '../../shared/definitions/schema.ts';
import { type Surroundings, toQueueSettings, toScheduleRequest } from '../../shared/definitions/toRequest.ts';
import type { DefinitionProblem } from '../../shared/definitions/wire.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { QueueSettings } from '../../shared/protocol.ts';
import type { ScheduleRequest } from '../../shared/schedule.ts';
import type { QueueCommands, ScheduleCommands } from '../jobs/ports.ts';
import type { Log } from '../log.ts';

export interface InForceDeps {
  queues: Pick<QueueCommands, 'list' | 'set'>;
  schedules: Pick<ScheduleCommands, 'list' | 'add' | 'define'>;
  log: Log;
}

/** A file that was read without a mistake. */
export interface RightFile {
  path: string;
  text: string;
  definitions: Definitions;
  around: Surroundings;
}

/**
 * Sets the queues and makes the schedules of the file exactly its own. Resolves with what keeps them from that; then
 * nothing has changed.
 */
export async function putInForce(file: RightFile, deps: InForceDeps): Promise<DefinitionProblem[]> {
  const { requests, problems } = await scheduleRequests(file, deps);
  if (problems.length > 0) return problems;
  await setQueues(file, deps);
  try {
    await deps.schedules.define(file.path, requests);
  } catch (error) {
    return [problemOf(file.text, ['jobs'], error)];
  }
  deps.log.info('Definitions are in force.', { file: file.path, schedules: requests.map(({ name }) => name) });
  return [];
}

async function scheduleRequests(
  { path, text, definitions, around }: RightFile,
  { queues, schedules }: InForceDeps,
): Promise<{ requests: ScheduleRequest[]; problems: DefinitionProblem[] }> {
  const requests: ScheduleRequest[] = [];
  const problems: DefinitionProblem[] = [];
  const known = [...Object.keys(definitions.queues ?? {}), ...queues.list().map(({ name }) => name)];
  for (const [name, job] of Object.entries(definitions.jobs ?? {})) {
    if (job.schedule === undefined) continue;
    const at = (field: string) => ['jobs', name, field];
    try {
      const request = toScheduleRequest(name, job, around);
      if (request === null) continue;
      if (job.queue !== undefined && !known.includes(job.queue)) {
        const hint = 'Add it to “queues”.';
        problems.push(
          problemAt(text, { path: at('queue'), says: `is a queue “${job.queue}” that is not there`, hint }),
        );
      } else {
        await rehearse(path, request, schedules);
        requests.push(request);
      }
    } catch (error) {
      problems.push(problemOf(text, at(fieldOf(error)), error));
    }
  }
  return { requests, problems };
}

/** Has the schedule checked without its queue, which may come with the file. Throws what it is refused with. */
async function rehearse(path: string, request: ScheduleRequest, schedules: InForceDeps['schedules']): Promise<void> {
  const other = schedules.list().find(({ name, source }) => name === request.name && source !== path);
  if (other !== undefined) {
    const where = other.source === null ? '' : `, which ${other.source} defines`;
    throw new JobdeckError(
      'SCHEDULE_EXISTS',
      `There is already a schedule ${other.name}${where}.`,
      'Take another name.',
    );
  }
  const { queue: _, ...job } = request.job;
  try {
    await schedules.add({ ...request, job, replace: true, dryRun: true });
  } catch (error) {
    // It is this file that defines it.
    if (!(error instanceof JobdeckError) || error.code !== 'SCHEDULE_DEFINED') throw error;
  }
}

/** Sets what the file names of queues that are not so already. */
async function setQueues({ path, definitions }: RightFile, { queues, log }: InForceDeps): Promise<void> {
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
    log.info('A queue was set by a file.', { queue: name, settings, file: path });
  }
}

function fieldOf(error: unknown): string {
  return error instanceof JobdeckError && error.code === 'CWD_MISSING' ? 'cwd' : 'schedule';
}

/** A refusal as a problem of the file. What is none is thrown on. */
function problemOf(text: string, path: string[], error: unknown): DefinitionProblem {
  if (!(error instanceof JobdeckError)) throw error;
  const { message, hint } = error;
  return { ...problemAt(text, { path, says: '' }), message: hint === null ? message : `${message} ${hint}` };
}
