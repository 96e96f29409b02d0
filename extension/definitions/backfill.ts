/** Backfills a defined job: asks for the time range and interval, and shows the planned jobs for confirmation. */

import type { BackfillReply, BackfillRequest, Every } from '../../shared/backfill.ts';
import { ownProcess } from '../../shared/client/callerProcess.ts';
import { dateRangeFormat } from '../../shared/dateRange.ts';
import { readEvery } from '../../shared/every.ts';
import { readIso } from '../../shared/isoTime.ts';
import { environment } from '../base/submitter.ts';
import type { Translate } from '../base/text.ts';
import { confirm } from '../commandKit/confirm.ts';
import type { DetailDeps, RequestDeps } from '../commandKit/deps.ts';
import { askText } from '../commandKit/quickInput.ts';
import { send } from '../commandKit/send.ts';
import { askTemplate, type RunnableJob, type TemplateDeps } from './runDefined.ts';

const momentForms = '2026-03-01, 2026-03-01T14:00';
const everyForms = '15m, 1h, 1d, 1w, 1mo, 1y, 0 6 * * *';
/** Maximum number of intervals listed in the question. */
const namedIntervals = 8;

export type BackfillDeps = RequestDeps & DetailDeps & TemplateDeps;

/** Asks for range and inputs, starts the backfill after confirmation, and shows its page. */
export async function backfillDefinedJob(deps: BackfillDeps, job: RunnableJob): Promise<void> {
  const { t } = deps;
  const title = t('Backfill “{0}”', job.name);
  const range = await askRange(title, job, t);
  if (range === null) return;
  const template = await askTemplate(deps, job, title);
  if (template === null) return;
  const request: BackfillRequest = {
    ...job.definition.backfill,
    ...range,
    job: { env: environment(), process: ownProcess(), ...template },
  };
  const planned = await send(deps, (client) => client.backfill({ ...request, dryRun: true }));
  if (!(await confirm(question(planned, job.name, t), rangeLines(planned, request.timezone, t), t('Backfill')))) return;
  const { group } = await send(deps, (client) => client.backfill(request));
  if (group !== null) deps.showDetails(group.id);
}

/** Null if dismissed. */
async function askRange(
  title: string,
  { definition }: RunnableJob,
  t: Translate,
): Promise<Pick<BackfillRequest, 'from' | 'to' | 'every'> | null> {
  const askMoment = (prompt: string) =>
    askText({
      title,
      prompt,
      ignoreFocusOut: true,
      placeHolder: momentForms,
      validateInput: (value) => (readIso(value) !== null ? undefined : t('Use {0}.', momentForms)),
    });
  const from = await askMoment(t('Start of the range'));
  if (from === undefined) return null;
  const to = await askMoment(t('Last day of the range, or its end time'));
  if (to === undefined) return null;
  const every = definition.backfill?.every ?? (await askEvery(title, t));
  return every === null ? null : { from: isoOf(from), to: endOf(to), every };
}

async function askEvery(title: string, t: Translate): Promise<Every | null> {
  const text = await askText({
    title,
    prompt: t('Length of each interval'),
    value: '1d',
    ignoreFocusOut: true,
    validateInput: (value) => (readEvery(value) === null ? t('Use {0}.', everyForms) : undefined),
  });
  return text === undefined ? null : readEvery(text);
}

function isoOf(text: string): string {
  return text.trim().replace(' ', 'T');
}

/** A day as the end is part of the range, and a time is not. */
function endOf(text: string): string {
  const time = readIso(text);
  if (time?.isDay !== true) return isoOf(text);
  return new Date(Date.UTC(time.year, time.month - 1, time.day + 1)).toISOString().slice(0, 10);
}

function question({ count }: BackfillReply, name: string, t: Translate): string {
  return count === 1 ? t('Start 1 job for “{0}”?', name) : t('Start {0} jobs for “{1}”?', count, name);
}

/** The whole range with its length, and the first intervals, in the time zone of the backfill. */
function rangeLines({ count, range, intervals }: BackfillReply, timeZone: string | undefined, t: Translate): string {
  const dates = dateRangeFormat({ timeZone, language: t.language });
  const days = dates.days(range);
  const length = days === null ? '' : ` (${days === 1 ? t('1 day') : t('{0} days', days)})`;
  const lines = intervals.slice(0, namedIntervals).map((interval) => dates.text(interval));
  return [`${dates.text(range)}${length}`, '', ...lines, ...(count > lines.length ? ['…'] : [])].join('\n');
}
