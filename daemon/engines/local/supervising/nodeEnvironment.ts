/** How a job's environment passes through the Node supervisor, whose behavior some of its variables would change. */

type Env = Record<string, string>;

const hiddenPrefix = 'JOBDECK_ASIDE_';

/** The environment for the Node supervisor: variables that would change Node itself are renamed. */
export function hideNodeVariables(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [changesNode(name) ? hiddenPrefix + name : name, value]),
  );
}

/** The job's environment, restored from the supervisor's own. */
export function restoreNodeVariables(env: Record<string, string | undefined>): Env {
  const job: Env = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || changesNode(name)) continue;
    job[name.startsWith(hiddenPrefix) ? name.slice(hiddenPrefix.length) : name] = value;
  }
  return job;
}

function changesNode(name: string): boolean {
  return /^(NODE_|ELECTRON_)/i.test(name);
}
