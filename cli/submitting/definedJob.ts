/** What the daemon is asked for a job that is defined. */
import { resolve } from 'node:path';
import type { BackfillDefaults } from '../../shared/definitions/toRequest.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import type { JobTemplate } from '../../shared/schedule.ts';
import { UsageError } from '../usageError.ts';
import { type FoundDefinition, findDefinition } from './findDefinition.ts';
import { type Caller, type SubmitOptions, toSubmitRequest } from './request.ts';

/** A defined job for a backfill. */
export interface DefinedJob {
  job: JobTemplate;
  /** What a backfill of it does unless told otherwise; null when its definition does not say. */
  backfill: BackfillDefaults | null;
  /** The file that defines it. */
  file: string;
}

export interface DefinedJobOptions {
  /** What they say wins over the definition. */
  options: SubmitOptions;
  caller: Caller;
  /** The daemon's. */
  home: string;
}

/**
 * The job of that name with its placeholders filled in but those of a range, or null when no file has it.
 * @throws JobdeckError INVALID_DEFINITION, INVALID_REQUEST
 */
export async function definedJob(
  name: string,
  { options, caller, home }: DefinedJobOptions,
): Promise<DefinedJob | null> {
  const found = await findDefinition(name, caller.cwd, home);
  if (found === null) return null;
  const job = await merged(found, options, caller);
  return { job, backfill: found.job.backfill ?? null, file: found.file.path };
}

/** The request for a defined job that is run now, or later. What the options say wins over its definition. */
export async function definedRequest(
  found: FoundDefinition,
  options: SubmitOptions,
  caller: Caller,
): Promise<SubmitRequest> {
  const { needsRange } = await import('../../shared/definitions/toRequest.ts');
  if (needsRange(found.job)) {
    const hint = `Run it for a range of time: jobdeck backfill ${found.name} --from 2026-01-01 --to 2026-02-01`;
    throw new UsageError('INVALID_REQUEST', `“${found.name}” is for backfills: it has placeholders of a range.`, hint);
  }
  return merged(found, options, caller);
}

async function merged(found: FoundDefinition, options: SubmitOptions, caller: Caller): Promise<SubmitRequest> {
  const { command: _command, cwd, env: _env, workspace, ...given } = toSubmitRequest([found.name], options, caller);
  const { retry, ...job } = await templateOf(found, options.input ?? [], caller);
  return {
    workspace,
    ...job,
    // None at all when the options ask for none.
    ...(retry === undefined || options.retries === 0 ? {} : { retry }),
    ...given,
    ...(options.cwd === undefined ? {} : { cwd }),
  };
}

async function templateOf(
  { name, job, folder, file }: FoundDefinition,
  inputs: readonly string[],
  { env, createdBy, cwd }: Caller,
): Promise<JobTemplate> {
  const { toJobTemplate } = await import('../../shared/definitions/toRequest.ts');
  const around = { workspace: file.workspace, folder: resolve(cwd, folder), env, sendEnv: true, createdBy };
  return toJobTemplate(name, job, { ...around, inputs: answersIn(inputs) });
}

/** `id=value`, each. */
function answersIn(inputs: readonly string[]): Record<string, string> {
  const answers = inputs.map((input): [string, string] => {
    const [, id, value] = /^([^=]+)=([\s\S]*)$/.exec(input) ?? [];
    if (id !== undefined && value !== undefined) return [id, value];
    throw new UsageError('INVALID_REQUEST', `“${input}” is no input.`, 'Write it as id=value: --input target=docs');
  });
  return Object.fromEntries(answers);
}
