/**
 * The words of the field that schemas, database, code and screen share. They are apart from the schemas, so that the
 * command line can use them without loading those.
 */

/** `lost`: a remote job whose worker disappeared. */
export const jobStatuses = ['pending', 'waiting', 'running', 'completed', 'failed', 'cancelled', 'lost'] as const;

/** `starting`: from the attempt's commit until the process of its supervisor exists. */
export const attemptStatuses = ['starting', 'running', 'completed', 'failed', 'cancelled', 'lost'] as const;

/** Why a job is `waiting`. */
export const waitReasons = [
  'rateLimit',
  'queueFull',
  'dependency',
  'delay',
  'hold',
  'remoteWorker',
  'retryBackoff',
  'queuePaused',
  'groupFull',
] as const;

/** What started the job. `retrospective`: a backfill over a date range. */
export const triggers = ['manual', 'scheduled', 'retrospective', 'reported'] as const;

export const priorities = ['low', 'normal', 'high', 'urgent'] as const;

/** Signals that a cancel can send. */
export const cancelSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'] as const;

export const remoteEngines = ['celery', 'inngest'] as const;
