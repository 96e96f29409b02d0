/** The catalog of error codes: why requests are refused, why the daemon can't be used, and why jobs fail. */
import type { Problem } from './messages/schema.ts';

/** Errors of requests: code → HTTP status. */
export const requestErrors = {
  INVALID_REQUEST: 400,
  EMPTY_COMMAND: 400,
  CWD_MISSING: 400,
  UNKNOWN_QUEUE: 400,
  INVALID_CRON: 400,
  INVALID_RANGE: 400,
  INVALID_DEFINITION: 400,
  UNKNOWN_DEFINITION: 400,
  UNKNOWN_STEP: 400,
  UNKNOWN_TARGET: 400,
  CONNECTION_INVALID: 400,
  CONFIRMATION_NEEDED: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN_HOST: 403,
  FORBIDDEN_ORIGIN: 403,
  FORBIDDEN_JOB: 403,
  FORBIDDEN_BY_QUEUE: 403,
  JOB_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  CONNECTION_NOT_FOUND: 404,
  ATTEMPT_NOT_FOUND: 404,
  LOG_NOT_FOUND: 404,
  ROUTE_NOT_FOUND: 404,
  AMBIGUOUS_JOB: 409,
  JOB_ALREADY_ENDED: 409,
  JOB_ALREADY_STARTED: 409,
  JOB_STILL_ACTIVE: 409,
  JOB_NOT_RUNNING: 409,
  ENGINE_NOT_CAPABLE: 409,
  CONNECTION_READ_ONLY: 409,
  INPUT_FULL: 409,
  INPUT_ENDED: 409,
  QUEUE_IN_USE: 409,
  LOG_UNUSABLE: 409,
  SCHEDULE_EXISTS: 409,
  SCHEDULE_DEFINED: 409,
  DEFINITION_CHANGED: 409,
  BODY_TOO_LARGE: 413,
  TOO_MANY_CONNECTIONS: 429,
  CONNECTION_FAILED: 502,
  DAEMON_STOPPING: 503,
  DAEMON_STARTING: 503,
  STORAGE_FULL: 507,
  STORAGE_FAILED: 500,
  INTERNAL: 500,
} as const;
export type RequestErrorCode = keyof typeof requestErrors;

/** Errors that keep the daemon from starting, or a client from reaching it. */
const startErrors = [
  'NODE_TOO_OLD',
  'GLIBC_TOO_OLD',
  'NATIVE_MODULE_FAILED',
  'HOME_UNUSABLE',
  'PORT_UNUSABLE',
  'CONFIG_INVALID',
  'DAEMON_ALREADY_RUNNING',
  'HOME_IN_USE',
  'DATABASE_NEWER',
  'DATABASE_UNUSABLE',
  'DAEMON_START_FAILED',
  'DAEMON_UNREACHABLE',
  'PROTOCOL_MISMATCH',
] as const;
export type StartErrorCode = (typeof startErrors)[number];

/** Errors of the editor alone. */
const editorErrors = ['CLI_NOT_INSTALLED', 'SETTINGS_NOT_SAVED'] as const;
export type EditorErrorCode = (typeof editorErrors)[number];

/** Errors of the command line alone. */
const commandLineErrors = ['OUTPUT_FAILED'] as const;
export type CommandLineErrorCode = (typeof commandLineErrors)[number];

/** Why an attempt failed, according to its engine or its output (`explain/`). */
export const jobErrors = [
  'EXIT_CODE',
  'SIGNAL',
  'COMMAND_NOT_FOUND',
  'PERMISSION_DENIED',
  'CWD_MISSING',
  'NO_EXIT_STATUS',
  'RUNS_ELSEWHERE',
  'START_FAILED',
  'TIME_LIMIT',
  'DEPENDENCY_FAILED',
  'CHILD_FAILED',
  'FORCE_FAILED',
  'STALE',
  'HEARTBEAT_LOST',
  'WINDOW_CLOSED',
  'ENDING_NOT_SEEN',
  'REPORTED',
  'REMOTE_FAILED',
  'WORKER_LOST',
  'SUBMIT_UNCERTAIN',
  'CONNECTION_REMOVED',
  'OUT_OF_MEMORY',
  'GPU_OUT_OF_MEMORY',
  'KILLED',
  'DISK_FULL',
  'FILE_WATCH_LIMIT',
  'TOO_MANY_FILES',
  'DATABASE_LOCKED',
  'FILE_LOCKED',
  'FILE_NOT_FOUND',
  'PORT_IN_USE',
  'CONNECTION_REFUSED',
  'HOST_NOT_FOUND',
  'RATE_LIMITED',
  'ACCESS_REFUSED',
  'CERTIFICATE_REFUSED',
  'TIMED_OUT',
  'MODULE_MISSING',
  'LIBRARY_MISSING',
  'TARGET_MISSING',
] as const;
export type JobErrorCode = (typeof jobErrors)[number];

/** Warnings about the daemon itself that are not the error of a request. */
const warningCodes = [
  'DATABASE_SET_ASIDE',
  'DATABASE_MISSING',
  'DATABASE_OLDER',
  'DATABASE_REPLACED',
  'LOG_UNWRITABLE',
  'CONFIG_IGNORED',
  'DISK_LOW',
  'LOG_CUT',
  'CONNECTIONS_IGNORED',
  'HEALTH_INCOMPLETE',
  'DEFINITION_PENDING',
  'DEFINITION_NOT_SAVED',
  'FILE_WATCH_FAILED',
] as const;
/** Whether a warning says that jobs may be missing from the database. */
export function isDatabaseLost({ code }: Pick<Problem, 'code'>): boolean {
  return code.startsWith('DATABASE_');
}
export type WarningCode = (typeof warningCodes)[number];

/** All codes of this version. A code from outside may be from another version, so it is a `string`. */
export type ErrorCode =
  | RequestErrorCode
  | StartErrorCode
  | EditorErrorCode
  | CommandLineErrorCode
  | JobErrorCode
  | WarningCode;

/** The body of every error reply, as `{"error": ErrorBody}`. */
export type ErrorBody = Problem;

/** Marks every JobdeckError, because each engine is a separate bundle with a copy of this class. */
const mark = Symbol.for('jobdeck.error');

/** An expected error: what happened and what to do, as data and in English. Any other error is a bug. */
export class JobdeckError extends Error {
  readonly [mark] = true;
  /** From the catalog, or any other string from another version. */
  readonly code: string;
  readonly variant: string | undefined;
  readonly params: Problem['params'];
  readonly hint: string | null;

  constructor({ code, variant, params, message, hint }: Problem) {
    super(message);
    this.name = 'JobdeckError';
    this.code = code;
    this.variant = variant;
    this.params = params;
    this.hint = hint;
  }

  toBody(): ErrorBody {
    const { code, variant, params, message, hint } = this;
    return {
      code,
      ...(variant === undefined ? {} : { variant }),
      ...(params === undefined ? {} : { params }),
      message,
      hint,
    };
  }
}

/** Recognizes errors of other bundles. For subclasses, `instanceof` works as usual. */
function hasInstance(this: unknown, value: unknown): boolean {
  if (this === JobdeckError) return typeof value === 'object' && value !== null && mark in value;
  return Function.prototype[Symbol.hasInstance].call(this, value);
}
Object.defineProperty(JobdeckError, Symbol.hasInstance, { value: hasInstance });
