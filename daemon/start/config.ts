/** `config.json` in the daemon's home: the settings, all optional. */
import Type, { type Static } from 'typebox';
import { JobdeckError } from '../../shared/errors.ts';
import { parseCommented } from '../../shared/files/commentedJson.ts';
import { readFileSafelySync } from '../../shared/files/regularFile.ts';
import { daemonWarning } from '../../shared/messages/daemonWarnings.ts';
import { hintMessage, problemMessage, reasonOf } from '../../shared/messages/nested.ts';
import type { Problem } from '../../shared/messages/schema.ts';
import { startProblem } from '../../shared/messages/start.ts';
import { compile, mismatchMessage } from '../../shared/validation.ts';
import type { DiskSettings } from '../disk/diskWatch.ts';
import type { RetentionSettings } from '../jobs/ports.ts';

const maxBytes = 1_000_000;

const ConfigFile = Type.Object(
  {
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, description: '0 for any free port' })),
    idleExitSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86400, description: '0 for never' })),
    cancelGraceSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
    staleMinutes: Type.Optional(
      Type.Number({
        minimum: 0.1,
        maximum: 525_600,
        description: 'Minutes without activity after which a running job is stale',
      }),
    ),
    reportedTimeLimitMinutes: Type.Optional(Type.Number({ minimum: 0, maximum: 525_600, description: '0 for none' })),
    retention: Type.Optional(
      Type.Object(
        {
          days: Type.Optional(Type.Integer({ minimum: 0, maximum: 36500, description: '0 to keep jobs forever' })),
          jobs: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e9, description: '0 for any number' })),
          logGigabytes: Type.Optional(Type.Number({ minimum: 0, maximum: 1e6, description: '0 for any size' })),
        },
        { additionalProperties: false },
      ),
    ),
    disk: Type.Optional(
      Type.Object(
        {
          warnGigabytes: Type.Optional(
            Type.Union([Type.Number({ minimum: 0, maximum: 1e6, description: '0 for never' }), Type.Null()]),
          ),
          cutLogGigabytes: Type.Optional(
            Type.Union([Type.Number({ minimum: 0, maximum: 1e6, description: '0 for never' }), Type.Null()]),
          ),
          attemptLogGigabytes: Type.Optional(Type.Number({ minimum: 0, maximum: 1e6, description: '0 for any size' })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** The settings with all defaults filled in. */
type Sections = Pick<Static<typeof ConfigFile>, 'retention' | 'disk'>;
export type Config = Required<Omit<Static<typeof ConfigFile>, keyof Sections>> & {
  [K in keyof Sections]-?: Required<NonNullable<Sections[K]>>;
};

const gigabyte = 1024 ** 3;

export const defaultConfig: Config = {
  /** Any free port. */
  port: 0,
  /** How long the daemon keeps running without connections and active jobs; 0 for forever. */
  idleExitSeconds: 300,
  /** How long a cancelled job may take to end before it is killed. */
  cancelGraceSeconds: 10,
  /** How long a running job may be inactive before it is shown as stale. A reported job fails then. */
  staleMinutes: 10,
  /** How long a reported job may run unless it sets another timeout; 0 for forever. */
  reportedTimeLimitMinutes: 30,
  /** Finished jobs are removed after this many days, and beyond this number of them and this total size of their logs. */
  retention: { days: 90, jobs: 10_000, logGigabytes: 5 },
  /** Null depends on the size of the disk. */
  disk: { warnGigabytes: null, cutLogGigabytes: null, attemptLogGigabytes: 0 },
};

/**
 * Reads the settings. Without the file, all defaults apply.
 * @throws JobdeckError CONFIG_INVALID
 */
export function readConfig(file: string): Config {
  const { value, problem } = compile(ConfigFile)(parse(file));
  if (problem !== null) {
    const settings = Object.keys(ConfigFile.properties).join(', ');
    throw startProblem('CONFIG_INVALID/schema', { file, reason: mismatchMessage(problem, 'file'), settings });
  }
  return {
    ...defaultConfig,
    ...value,
    retention: { ...defaultConfig.retention, ...value.retention },
    disk: { ...defaultConfig.disk, ...value.disk },
  };
}

/** The limits of finished jobs. */
export function retentionOf({ retention: { logGigabytes, ...limits } }: Config): RetentionSettings {
  return { ...limits, logBytes: bytesIn(logGigabytes) };
}

/** The limits of free disk space and of logs. */
export function diskSettingsOf({ disk }: Config): DiskSettings {
  const { warnGigabytes, cutLogGigabytes, attemptLogGigabytes } = disk;
  return {
    warnBytes: warnGigabytes === null ? null : bytesIn(warnGigabytes),
    cutBytes: cutLogGigabytes === null ? null : bytesIn(cutLogGigabytes),
    attemptLogBytes: bytesIn(attemptLogGigabytes),
  };
}

/**
 * The settings, or the defaults if they can't be read. Then nothing is removed automatically, because the file may have
 * said so.
 */
export function configOrDefaults(file: string): { config: Config; warning: Problem | null } {
  try {
    return { config: readConfig(file), warning: null };
  } catch (error) {
    if (!(error instanceof JobdeckError)) throw error;
    const warning = daemonWarning.problem('CONFIG_IGNORED', {
      reason: problemMessage(error),
      advice: hintMessage(error) ?? '',
    });
    return { config: { ...defaultConfig, retention: { days: 0, jobs: 0, logGigabytes: 0 } }, warning };
  }
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSafelySync(file, { limit: maxBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw startProblem('CONFIG_INVALID/unreadable', { file, reason: reasonOf(error) });
  }
  const json = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(json);
  } catch (error) {
    const commented = parseCommented(json);
    if (commented !== undefined) return commented;
    throw startProblem('CONFIG_INVALID/json', { file, reason: reasonOf(error) });
  }
}

const bytesIn = (gigabytes: number) => Math.round(gigabytes * gigabyte);
