/** Activates the queues and schedules of a definition file. */
import { isDeepStrictEqual } from 'node:util';
import { type Broken, messageWithHint, problemAt } from '../../shared/definitions/parse.ts';
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

/** A file that could be parsed. */
export interface ParsedFile {
  path: string;
  text: string;
  definitions: Definitions;
  /** Its jobs and queues with problems. */
  broken: Broken;
  surroundings: Surroundings;
}

/**
 * Sets the queues, and replaces the queues and schedules of the file by those it defines now. Those with problems stay as
 * they are. Resolves with the problems that the parser could not find, and whether there is anything besides them. With
 * `keepQueues`, queues stay as they are.
 */
export async function activate(
  file: ParsedFile,
  deps: ActivateDeps,
  { keepQueues = false }: { keepQueues?: boolean } = {},
): Promise<{ problems: DefinitionProblem[]; isEmpty: boolean }> {
  const { queues, problems: queueProblems } = keepQueues ? noQueues : changedQueues(file, deps);
  const { requests, refused, problems } = await scheduleRequests(file, deps);
  await setQueues(file.path, queues, deps.queues);
  for (const [queue, settings] of queues) {
    deps.log.info('A definition file changed a queue.', { queue, settings, file: file.path });
  }
  await deps.schedules.define(file.path, requests, new Set([...file.broken.jobs.keys(), ...refused]));
  const named = [...Object.keys(file.definitions.queues ?? {}), ...file.broken.queues.keys()];
  await deps.queues.release(file.path, new Set(named));
  deps.log.info('Definitions were activated.', { file: file.path, schedules: requests.map(({ name }) => name) });
  const all = [...queueProblems, ...problems];
  return {
    problems: all,
    isEmpty: requests.length === 0 && named.length <= queueProblems.length + file.broken.queues.size,
  };
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
  { path, text, definitions, surroundings }: ParsedFile,
  { queues, schedules }: ActivateDeps,
): Promise<{ requests: ScheduleRequest[]; refused: Set<string>; problems: DefinitionProblem[] }> {
  const requests: ScheduleRequest[] = [];
  const problems: DefinitionProblem[] = [];
  const refused = new Set<string>();
  const refuse = (name: string, problem: () => DefinitionProblem) => {
    refused.add(name);
    if (problems.length < maxProblems) problems.push(problem());
  };
  const known = new Set([...Object.keys(definitions.queues ?? {}), ...queues.sources().keys()]);
  const sources = schedules.sources();
  const folders = new Set<string>();
  // Once, because finding it out takes as long as all other checks of a schedule.
  const timezone = machineTimeZone();
  for (const [name, job] of Object.entries(definitions.jobs ?? {})) {
    if (job.schedule === undefined) continue;
    const at = (field: string) => ['jobs', name, field];
    try {
      const defined = toScheduleRequest(name, job, surroundings);
      if (defined === null) continue;
      const request = { timezone, ...defined };
      if (job.queue !== undefined && !known.has(job.queue)) {
        const message = definitionFileMessage('definitionFile.unknownQueue', { queue: job.queue });
        refuse(name, () => problemAt(text, at('queue'), message));
      } else {
        checkName(name, sources.get(name), path);
        await schedules.check(request, folders);
        requests.push(request);
      }
    } catch (error) {
      if (!(error instanceof JobdeckError)) throw error;
      refuse(name, () => problemAt(text, at(fieldOf(error)), messageWithHint(error)));
    }
  }
  return { requests, refused, problems };
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
  { path, text, definitions, surroundings }: ParsedFile,
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

function fieldOf({ code }: JobdeckError): string {
  return code === 'CWD_MISSING' ? 'cwd' : 'schedule';
}
