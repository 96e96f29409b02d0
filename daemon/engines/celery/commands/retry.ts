/** Runs a finished task again, under a new ID. */
import { randomUUID } from 'node:crypto';
import { celeryProblem } from '../../../../shared/messages/celery.ts';
import type { Fact, OpenJob, Submitted } from '../../remote.ts';
import { asNumber, asRecord, asText, type JsonObject } from '../../untrustedJson.ts';
import type { LiveConnection } from '../connection/session.ts';
import type { QueueMonitor } from '../following/queueMonitor.ts';
import { argumentsUnknown, noSteps } from '../tasks/describe.ts';
import { findOnWorkers } from './findTask.ts';
import { defaultQueue, origin, type Submitter } from './submit.ts';

export interface RetryDeps {
  submitter: Submitter;
  queues: QueueMonitor;
  report(facts: readonly Fact[]): void;
}

/** @throws JobdeckError ENGINE_NOT_CAPABLE if its arguments can't be found */
export async function retryTask(
  { session, control }: LiveConnection,
  deps: RetryDeps,
  job: OpenJob & { input: unknown; metadata: unknown },
  how: { fromStep?: unknown; key: string },
): Promise<Submitted> {
  if (how.fromStep !== undefined) throw celeryProblem('ENGINE_NOT_CAPABLE/steps', { reason: noSteps });
  const before = deps.submitter.submittedWith(how.key);
  if (before !== null) return before;
  const metadata = asRecord(job.metadata) ?? {};
  const meta = (await session.results?.get(job.externalId)) ?? null;
  const input =
    readInput(job.input) ?? readInput(meta) ?? (await searchArguments({ session, control }, deps, job.externalId));
  const name = asText(metadata.task) ?? meta?.name ?? null;
  if (input === null) throw celeryProblem('ENGINE_NOT_CAPABLE/arguments', { reason: argumentsUnknown });
  if (name === null) throw celeryProblem('ENGINE_NOT_CAPABLE/taskName');
  const queue = asText(metadata.queue) ?? meta?.queue ?? defaultQueue;
  const priority = asNumber(metadata.priority);
  const task = { id: randomUUID(), name, ...input, queue, eta: null, priority, origin: origin() };
  return await deps.submitter.send(task, how.key);
}

/** Looks for the arguments in the unacknowledged message, then asks the workers. */
async function searchArguments(
  { session, control }: LiveConnection,
  { queues, report }: RetryDeps,
  id: string,
): Promise<CallArguments | null> {
  const unacked = await queues.readUnacked(session.broker);
  const fact = unacked.facts.find(({ externalId }) => externalId === id);
  report(unacked.facts);
  const { held } = await findOnWorkers(control, id);
  return readInput(fact?.input) ?? readInput(held?.info);
}

interface CallArguments {
  args: unknown[];
  kwargs: JsonObject;
}

function readInput(value: unknown): CallArguments | null {
  const fields = asRecord(value);
  const kwargs = asRecord(fields?.kwargs);
  return fields !== null && Array.isArray(fields.args) && kwargs !== null ? { args: fields.args, kwargs } : null;
}
