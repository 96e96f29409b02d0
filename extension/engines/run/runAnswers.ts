/** Answers of the dialog “Run Task or Function…”: validation and conversion to a request. Pure. */
import { parseDuration } from '../../../shared/amounts.ts';
import type { RemoteSubmitRequest } from '../../../shared/connection.ts';
import { formatDuration } from '../../../shared/format.ts';
import type { Translate } from '../../base/text.ts';
import { jsonValue } from './json.ts';
import type { Target } from './targetItems.ts';

/** As typed. Empty if not set. */
export interface RunAnswers {
  args: string;
  kwargs: string;
  data: string;
  queue: string;
  delay: string;
  priority: string;
}

export const noAnswers: RunAnswers = { args: '', kwargs: '', data: '', queue: '', delay: '', priority: '' };

/** Validates a delay. Undefined if valid or empty. */
export function delayProblem(text: string, t: Translate): string | undefined {
  if (text.trim() === '' || parseDuration(text.trim()) !== null) return undefined;
  return t('Enter a duration such as {0} or {1}, or leave it empty to start immediately.', '90s', '10m');
}

/** Validates a priority. Undefined if valid or empty. */
export function priorityProblem(text: string, t: Translate): string | undefined {
  const number = /^\d{1,3}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return text.trim() === '' || number <= 255 ? undefined : t('Enter a whole number from 0 to 255, or leave it empty.');
}

/** The request for valid answers at `now` (ms). */
export function submitRequest(
  { kind, name }: Pick<Target, 'kind' | 'name'>,
  answers: RunAnswers,
  now: number,
  createdBy: string | undefined,
): RemoteSubmitRequest {
  const { queue, priority } = answers;
  const delay = parseDuration(answers.delay.trim());
  const common = {
    ...(delay === null ? {} : { notBefore: new Date(now + delay).toISOString() }),
    ...(createdBy === undefined ? {} : { createdBy }),
  };
  if (kind !== 'task') {
    const data = jsonValue(answers.data);
    return { [kind]: name, ...(data === undefined ? {} : { data }), ...common };
  }
  const [args, kwargs] = [jsonValue(answers.args), jsonValue(answers.kwargs)];
  return {
    task: name,
    ...(Array.isArray(args) ? { args } : {}),
    ...(isRecord(kwargs) ? { kwargs } : {}),
    ...(queue.trim() === '' ? {} : { queue: queue.trim() }),
    ...(priority.trim() === '' ? {} : { priority: Number(priority) }),
    ...common,
  };
}

/** Describes when it starts. */
export function startWords({ delay }: RunAnswers, t: Translate): string {
  const ms = parseDuration(delay.trim());
  return ms === null ? t('immediately') : t('in {0}', formatDuration(ms, t));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
