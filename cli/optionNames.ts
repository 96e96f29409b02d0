/** Names of options in errors of the daemon, which name the fields of requests. */
import { JobdeckError } from '../shared/errors.ts';

/** Field of a request → option that sets it. Fields without an option are shown as they are. */
const options = new Map<string, string>([
  ['after', '--after'],
  ['afterAny', '--after-any'],
  ['catchUp', '--catch-up'],
  ['concurrency', '--concurrency'],
  ['connection', '--connection'],
  ['createdBy', '--created-by'],
  ['cron', '--cron'],
  ['cursor', '--cursor'],
  ['cwd', '--cwd'],
  ['engine', '--engine'],
  ['env', '--env'],
  ['every', '--every'],
  ['from', '--from'],
  ['group', '--group'],
  ['groupConcurrency', '--group-concurrency'],
  ['idempotencyKey', '--key'],
  ['keep', '--keep'],
  ['limit', '--limit'],
  ['notBefore', '--at'],
  ['olderThan', '--older-than'],
  ['order', '--order'],
  ['outputProgress', '--progress-pattern'],
  ['overlap', '--overlap'],
  ['parent', '--group'],
  ['priority', '--priority'],
  ['q', '--text'],
  ['queue', '--queue'],
  ['rate', '--rate'],
  ['reason', '--reason'],
  ['retry', '--retries'],
  ['retry.backoff', '--retry-backoff'],
  ['retry.delayMs', '--retry-delay'],
  ['retry.retryOn', '--retry-on'],
  ['since', '--since'],
  ['sort', '--sort'],
  ['status', '--status'],
  ['tag', '--tag'],
  ['tags', '--tag'],
  ['timeLimitMs', '--timeout'],
  ['stopSignal', '--stop-signal'],
  ['timezone', '--timezone'],
  ['title', '--title'],
  ['to', '--to'],
  ['trigger', '--trigger'],
  ['type', '--type'],
  ['until', '--until'],
  ['weight', '--weight'],
  ['workspace', '--workspace'],
]);

const codes = new Set(['INVALID_REQUEST', 'INVALID_RANGE']);

/** An error of the daemon in which fields, such as `“idempotencyKey”`, are replaced by options. */
export function withOptionNames(error: unknown): unknown {
  if (!(error instanceof JobdeckError) || !codes.has(error.code)) return error;
  const { message, hint, ...rest } = error.toBody();
  return new JobdeckError({ ...rest, message: replaced(message), hint: hint === null ? null : replaced(hint) });
}

function replaced(text: string): string {
  return text.replace(/“([A-Za-z][\w.[\]]*)”/g, (whole, field) => optionOf(field) ?? whole);
}

/** The option for `retryOn`, `retry.retryOn[0]` or `job.retry.retryOn[0]`. */
function optionOf(field: string): string | undefined {
  const parts = field.replace(/\[\d+\]/g, '').split('.');
  const path = parts[0] === 'job' ? parts.slice(1) : parts;
  return options.get(path.join('.')) ?? options.get(path[0] ?? '');
}
