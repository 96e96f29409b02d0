/** Activates the queues and schedules of a valid definition file. */
import { isDeepStrictEqual } from 'node:util';
import { messageWithHint, problemAt } from '../../shared/definitions/parse.ts';
import type { Definitions } from '../../shared/definitions/schema.ts';
import { type Surroundings, toQueueSettings, toScheduleRequest } from '../../shared/definitions/toRequest.ts';
import type { DefinitionProblem } from '../../shared/definitions/wire.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Queue } from '../../shared/job.ts';
import { definitionFileMessage, definitionFileProblem } from '../../shared/messages/definitionFiles.ts';
import type { QueueSettings } from '../../shared/protocol.ts';
import type { ScheduleRequest } from '../../shared/schedule.ts';
import type { DefinedQueues, DefinedSchedules, QueueCommands } from '../jobs/ports.ts';
import { defaultQueue } from '../jobs/queues/queue.ts';
import type { Log } from '../log.ts';
import { machineTimeZone } from '../scheduling/cron.ts';

export interface ActivateDeps {
  queues: Pick<QueueCommands, 'list' | 'set'> & DefinedQueues;
  schedules: DefinedSchedules;
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
 * Sets the queues, and replaces the queues and schedules of the file by those it defines now. Resolves with the problems
 * that prevent this; nothing has changed then. With `keepQueues`, queues stay as they are.
 */
export async function activate(
  file: ValidFile,
  deps: ActivateDeps,
  { keepQueues = false }: { keepQueues?: boolean } = {},
): Promise<DefinitionProblem[]> {
  const { queues, problems: queueProblems } = keepQueues ? noQueues : changedQueues(file, deps);
  const { requests, problems } = await scheduleRequests(file, deps);
  if (queueProblems.length + problems.length > 0) return [...queueProblems, ...problems];
  await setQueues(file.path, queues, deps.queues);
  for (const [queue, settings] of queues) {
    deps.log.info('A definition file changed a queue.', { queue, settings, file: file.path });
  }
  try {
    await deps.schedules.define(file.path, requests);
  } catch (error) {
    return [problemOf(file.text, ['jobs'], error)];
  }
  await deps.queues.release(file.path, new Set(Object.keys(file.definitions.queues ?? {})));
  deps.log.info('Definitions were activated.', { file: file.path, schedules: requests.map(({ name }) => name) });
  return [];
}

const noQueues = { queues: new Map<string, QueueSettings>(), problems: [] as DefinitionProblem[] };
/** Sets queues. Those of the user, which only the home's file may set, stay the user's. */
async function setQueues(
  path: string,
  changed: ReadonlyMap<string, QueueSettings>,
  queues: ActivateDeps['queues'],
): Promise<void> {
  const sources = queues.sources();
  const own = new Map(changed);
  for (const [name, settings] of changed) {
    if (sources.get(name) !== null) continue;
    own.delete(name);
    await queues.set(name, settings);
  }
  await queues.define(path, own);
}

/** Maximum number of problems that are reported. */
const maxProblems = 100;

async function scheduleRequests(
  { path, text, definitions, surroundings }: ValidFile,
  { queues, schedules }: ActivateDeps,
): Promise<{ requests: ScheduleRequest[]; problems: DefinitionProblem[] }> {
  const requests: ScheduleRequest[] = [];
  const problems: DefinitionProblem[] = [];
  const known = new Set([...Object.keys(definitions.queues ?? {}), ...queues.sources().keys()]);
  const sources = schedules.sources();
  const folders = new Set<string>();
  // Once, because finding it out takes as long as all other checks of a schedule.
  const timezone = machineTimeZone();
  for (const [name, job] of Object.entries(definitions.jobs ?? {})) {
    if (job.schedule === undefined || problems.length >= maxProblems) continue;
    const at = (field: string) => ['jobs', name, field];
    try {
      const defined = toScheduleRequest(name, job, surroundings);
      if (defined === null) continue;
      const request = { timezone, ...defined };
      if (job.queue !== undefined && !known.has(job.queue)) {
        const message = definitionFileMessage('definitionFile.unknownQueue', { queue: job.queue });
        problems.push(problemAt(text, at('queue'), message));
      } else {
        checkName(name, sources.get(name), path);
        await schedules.check(request, folders);
        requests.push(request);
      }
    } catch (error) {
      problems.push(problemOf(text, at(fieldOf(error)), error));
    }
  }
  return { requests, problems };
}

/** @throws JobdeckError SCHEDULE_EXISTS if another file or the user uses the name */
function checkName(name: string, source: string | null | undefined, path: string): void {
  if (source === undefined || source === path) return;
  throw source === null
    ? definitionFileProblem('SCHEDULE_EXISTS/definition', { name })
    : definitionFileProblem('SCHEDULE_EXISTS/otherFile', { name, file: source });
}

/**
 * The queues that differ from what the file defines. The file of a folder may only change queues that it created: a queue
 * of the user, of the home's file or of another folder must already have the settings.
 */
function changedQueues(
  { path, text, definitions, surroundings }: ValidFile,
  { queues }: ActivateDeps,
): { queues: Map<string, QueueSettings>; problems: DefinitionProblem[] } {
  const before = new Map(queues.list().map((queue) => [queue.name, queue]));
  const sources = queues.sources();
  const changed = new Map<string, QueueSettings>();
  const problems: DefinitionProblem[] = [];
  for (const [queue, definition] of Object.entries(definitions.queues ?? {})) {
    const settings = toQueueSettings(definition);
    if (hasSettings(before.get(queue), settings)) continue;
    const source = sources.get(queue);
    const isOwn = surroundings.workspace === null || source === undefined || source === path;
    if (isOwn && (surroundings.workspace === null || queue !== defaultQueue)) {
      changed.set(queue, settings);
      continue;
    }
    const message =
      queue === defaultQueue
        ? definitionFileMessage('definitionFile.defaultQueue', { queue })
        : source == null
          ? definitionFileMessage('definitionFile.queueOfUser', { queue })
          : definitionFileMessage('definitionFile.queueOfFile', { queue, file: source });
    problems.push(problemAt(text, ['queues', queue], message));
  }
  return { queues: changed, problems };
}

function hasSettings(queue: Queue | undefined, settings: QueueSettings): boolean {
  if (queue === undefined) return false;
  const fields = Object.entries(settings).filter(([, value]) => value !== undefined);
  return fields.every(([key, value]) => isDeepStrictEqual(queue[key as keyof QueueSettings & keyof Queue], value));
}

function fieldOf(error: unknown): string {
  return error instanceof JobdeckError && error.code === 'CWD_MISSING' ? 'cwd' : 'schedule';
}

/** Turns an expected error into a problem of the file. Rethrows all others. */
function problemOf(text: string, path: string[], error: unknown): DefinitionProblem {
  if (!(error instanceof JobdeckError)) throw error;
  return problemAt(text, path, messageWithHint(error));
}
