/** Environment variables of a job, as `-e NAME=VALUE` gives them. */
import { usageError } from '../problems.ts';

export type Environment = Record<string, string | undefined>;

/**
 * The variables that `--env` sets. A name without a value takes the one the caller has, which is undefined when the
 * caller has none.
 * @throws UsageError
 */
export function environmentOf(settings: readonly string[], caller: Environment): Environment {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name, value] = /^([^=]+)(?:=([\s\S]*))?$/.exec(setting) ?? [];
      if (name === undefined) {
        throw usageError('INVALID_REQUEST/environmentVariable', { text: setting });
      }
      return [name, value ?? caller[name]];
    }),
  );
}

/** An environment with some variables set, or removed where they are undefined. */
export function withVariables(environment: Environment, changes: Environment): Record<string, string> {
  // Windows ignores the case of names.
  const same = (a: string, b: string) => (process.platform === 'win32' ? a.toLowerCase() === b.toLowerCase() : a === b);
  const names = Object.keys(changes);
  const kept = Object.entries(environment).filter(([name]) => !names.some((changed) => same(changed, name)));
  const all = [...kept, ...Object.entries(changes)];
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
