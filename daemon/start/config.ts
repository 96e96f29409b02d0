/** `config.json` in the daemon's home: its settings, all optional. */
import { readFileSync } from 'node:fs';
import Type, { type Static } from 'typebox';
import { JobdeckError } from '../../shared/errors.ts';
import { compile, sentence } from '../../shared/validation.ts';
import type { RetentionSettings } from '../jobs/ports.ts';

const ConfigFile = Type.Object(
  {
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, description: '0 for any free one' })),
    idleExitSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86400, description: '0 for never' })),
    cancelGraceSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
    staleMinutes: Type.Optional(
      Type.Number({ minimum: 0.1, maximum: 525_600, description: 'Without a sign of life, until a job is stale' }),
    ),
    reportedTimeLimitMinutes: Type.Optional(Type.Number({ minimum: 0, maximum: 525_600, description: '0 for none' })),
    retention: Type.Optional(
      Type.Object(
        {
          days: Type.Optional(Type.Integer({ minimum: 0, maximum: 36500, description: '0 for ever' })),
          jobs: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e9, description: '0 for any number' })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** The settings, each set. */
export type Config = Required<Omit<Static<typeof ConfigFile>, 'retention'>> & { retention: RetentionSettings };

export const defaultConfig: Config = {
  /** Any free port. */
  port: 0,
  /** How long the daemon stays when nobody is connected and nothing runs; 0: for ever. */
  idleExitSeconds: 300,
  /** How long a cancelled job may take to stop before it is killed. */
  cancelGraceSeconds: 10,
  /** How long nothing is heard of a running job until it is shown as stale; a reported one has failed then. */
  staleMinutes: 10,
  /** How long a reported job may run unless it says more; 0: for ever. */
  reportedTimeLimitMinutes: 30,
  /** Finished jobs that ended longer ago, and those beyond the latest so many, are removed. */
  retention: { days: 90, jobs: 10_000 },
};

/**
 * Reads the settings; a missing file means the defaults.
 * @throws JobdeckError CONFIG_INVALID
 */
export function readConfig(file: string): Config {
  const { value, problem } = compile(ConfigFile)(parse(file));
  if (problem !== null) throw invalid(file, sentence(problem, 'The file'));
  return { ...defaultConfig, ...value, retention: { ...defaultConfig.retention, ...value.retention } };
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw invalid(file, `It can't be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(file, `It is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function invalid(file: string, what: string): JobdeckError {
  const keys = Object.keys(ConfigFile.properties).join(', ');
  return new JobdeckError(
    'CONFIG_INVALID',
    `Jobdeck can't use its settings in ${file}. ${what}`,
    `Correct or delete the file. It may set ${keys}.`,
  );
}
