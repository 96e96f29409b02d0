/** Requests for defined jobs. */
import { resolve } from 'node:path';
import type { BackfillDefaults } from '../../shared/definitions/toRequest.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import type { JobTemplate } from '../../shared/schedule.ts';
import { usageError } from '../problems.ts';
import { environmentOf, withVariables } from '../values/environment.ts';
import type { Caller } from './caller.ts';
import { type FoundDefinition, findDefinition } from './findDefinition.ts';
import type { SubmitOptions } from './options.ts';
import { toSubmitRequest } from './request.ts';

/** A defined job for a backfill. */
export interface DefinedJob {
  job: JobTemplate;
  /** Defaults for its backfills; null if the definition has none. */
  backfill: BackfillDefaults | null;
  /** The file that defines it. */
  file: string;
}

export interface DefinedJobOptions {
  /** Override the definition. */
  options: SubmitOptions;
  caller: Caller;
  /** The daemon’s home. */
  home: string;
}

/**
 * The job of that name, with all placeholders filled in except those of a range; null if it is not defined.
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

/**
 * The request for a single run of a defined job. The options override its definition.
 * @throws UsageError if it has placeholders of a range
 */
export async function definedRequest(
  found: FoundDefinition,
  options: SubmitOptions,
  caller: Caller,
): Promise<SubmitRequest> {
  const { needsRange } = await import('../../shared/definitions/toRequest.ts');
  if (needsRange(found.job)) {
    throw usageError('INVALID_REQUEST/needsRange', { definition: found.name });
  }
  return merged(found, options, caller);
}

async function merged(found: FoundDefinition, options: SubmitOptions, caller: Caller): Promise<SubmitRequest> {
  const { command: _command, cwd, env: _env, workspace, ...given } = toSubmitRequest([found.name], options, caller);
  const changes = environmentOf(options.env ?? [], caller.env);
  const around = { ...caller, env: withVariables(caller.env, changes) };
  const { retry, env = {}, ...job } = await templateOf(found, options.input ?? [], around);
  return {
    workspace,
    ...job,
    // `--env` overrides the variables of the definition.
    env: withVariables(env, changes),
    // `--retries 0` removes the retries of the definition.
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
  const around = {
    file: resolve(cwd, file.path),
    workspace: file.workspace,
    folder: resolve(cwd, folder),
    env,
    sendEnv: true,
    createdBy,
    windows: process.platform === 'win32',
  };
  return toJobTemplate(name, job, { ...around, inputs: answersIn(inputs) });
}

/** The answers by input ID, from `id=value` each. */
function answersIn(inputs: readonly string[]): Record<string, string> {
  const answers = inputs.map((input): [string, string] => {
    const [, id, value] = /^([^=]+)=([\s\S]*)$/.exec(input) ?? [];
    if (id !== undefined && value !== undefined) return [id, value];
    throw usageError('INVALID_REQUEST/inputAnswer', { text: input });
  });
  return Object.fromEntries(answers);
}
