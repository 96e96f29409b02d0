/** Jobs as text for a language model: labeled facts without colors, with invisible characters escaped. */

import { headlineText } from '../../failureReason.ts';
import { formatAgo, formatBytes, formatDuration, formatProgress, runTime } from '../../format.ts';
import type { Job, JobDetail, JobError } from '../../job.ts';
import { statusWord } from '../../statusLooks.ts';
import { plainText } from '../../terminal/plainText.ts';
import { visibleText } from '../../terminal/visibleText.ts';
import { waitSentence } from '../../waits.ts';

/** One line of a list. */
export function jobLine(job: Job, now: number): string {
  const facts = [
    statusWord(job).toLowerCase(),
    formatProgress(job),
    job.progress?.phase,
    waitSentence(job, now),
    job.error === null ? null : (headlineText(job.error) ?? job.error.code),
    job.endedAt === null ? job.startedAt && `started ${formatAgo(job.startedAt, now)}` : formatAgo(job.endedAt, now),
  ];
  return `${job.id}  ${flat(job.title)} [${flat(job.type)}]: ${facts.flatMap((fact) => flat(fact || '') || []).join(', ')}`;
}

/** Number of latest timeline entries to include. */
const latestEvents = 10;

/** The details of a job that explain its state. */
export function jobText(job: JobDetail, now: number): string {
  const { error, progress, resources } = job;
  const ran = runTime(job, now);
  const lines: (string | null)[] = [
    `id: ${job.id}`,
    `title: ${flat(job.title)}`,
    `type: ${flat(job.type)}`,
    `status: ${statusWord(job).toLowerCase()}`,
    labeled('waiting for', waitSentence(job, now)),
    labeled('command', job.commandLine),
    labeled('folder', job.cwd),
    `queue: ${flat(job.queue)} (priority ${job.priority}), engine: ${job.engine}, trigger: ${job.trigger}`,
    `created: ${job.createdAt}`,
    labeled('started', job.startedAt),
    labeled('finished', job.endedAt),
    labeled('duration', ran === null ? null : formatDuration(ran)),
    labeled('progress', formatProgress(job)),
    labeled('phase', progress?.phase ?? null),
    labeled('message', progress?.message ?? null),
    labeled('exit code', job.exitCode === null ? null : String(job.exitCode)),
    labeled('signal', job.signal),
    labeled('attempts', job.attempt > 1 ? String(job.attempt) : null),
    resources === null
      ? null
      : `resources: CPU ${Math.round(resources.cpuPercent)}% of one core, memory ${formatBytes(resources.memoryBytes)}`,
    error === null ? null : `error: ${error.code}: ${flat(error.message)}`,
    labeled('failure', error?.headline?.text ?? null),
    labeled('at', placeOf(error)),
    labeled('hint', error?.hint ?? null),
    error?.details ? `last output:\n${plainText(error.details)}` : null,
    ...job.steps.map(
      ({ label, status, progress: share }) => `step: ${flat(label)}: ${status}, ${Math.floor(share * 100)}%`,
    ),
    ...job.events.slice(-latestEvents).map(({ at, level, message }) => `${at} ${level}: ${flat(message)}`),
  ];
  return lines.filter((line) => line !== null).join('\n');
}

/** `test_shop.py:9` */
function placeOf(error: JobError | null): string | null {
  const place = error?.headline?.place ?? null;
  return place === null ? null : [place.file, place.line, ...(place.column === null ? [] : [place.column])].join(':');
}

function labeled(label: string, text: string | null): string | null {
  return text === null ? null : `${label}: ${flat(text)}`;
}

/** Text on one line. Escape sequences are not part of such texts, so they are shown. */
function flat(text: string): string {
  return visibleText(text.replace(/[ \t\r\n]+/g, ' ')).trim();
}
