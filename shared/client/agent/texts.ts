/** Jobs as text for a language model: every fact with its name, short, and without anything that only moves or colours. */
import { formatAgo, formatBytes, formatDuration, formatProgress, runTime } from '../../format.ts';
import type { Job, JobDetail } from '../../job.ts';
import { statusWord } from '../../statusLooks.ts';
import { plainText } from '../../terminal/plainText.ts';
import { waitSentence } from '../../waitSentence.ts';

/** One line of a list. */
export function jobLine(job: Job, now: number): string {
  const facts = [
    statusWord(job).toLowerCase(),
    formatProgress(job),
    job.progress?.phase,
    waitSentence(job, now),
    job.error?.code,
    job.endedAt === null ? job.startedAt && `started ${formatAgo(job.startedAt, now)}` : formatAgo(job.endedAt, now),
  ];
  return `${job.id}  ${flat(job.title)} [${flat(job.type)}]: ${facts.flatMap((fact) => fact || []).join(', ')}`;
}

/** Timeline entries that a model is given. */
const latestEvents = 10;

/** Everything about a job that helps to say how it is and why. */
export function jobText(job: JobDetail, now: number): string {
  const { error, progress, resources } = job;
  const ran = runTime(job, now);
  const lines: (string | null)[] = [
    `id: ${job.id}`,
    `title: ${flat(job.title)}`,
    `type: ${flat(job.type)}`,
    `status: ${statusWord(job).toLowerCase()}`,
    labelled('waits for', waitSentence(job, now)),
    labelled('command', job.commandLine),
    labelled('folder', job.cwd),
    `queue: ${job.queue} (priority ${job.priority}), engine: ${job.engine}, trigger: ${job.trigger}`,
    `created: ${job.createdAt}`,
    labelled('started', job.startedAt),
    labelled('ended', job.endedAt),
    labelled('ran for', ran === null ? null : formatDuration(ran)),
    labelled('progress', formatProgress(job)),
    labelled('phase', progress?.phase ?? null),
    labelled('says', progress?.message ?? null),
    labelled('exit code', job.exitCode === null ? null : String(job.exitCode)),
    labelled('signal', job.signal),
    labelled('attempts', job.attempt > 1 ? String(job.attempt) : null),
    resources === null
      ? null
      : `uses: ${Math.round(resources.cpuPercent)} % of a processor, ${formatBytes(resources.memoryBytes)} of memory`,
    error === null ? null : `error: ${error.code}: ${flat(error.message)}`,
    labelled('hint', error?.hint ?? null),
    error?.details ? `last output:\n${plainText(error.details)}` : null,
    ...job.steps.map(
      ({ label, status, progress: share }) => `step: ${flat(label)}: ${status}, ${Math.floor(share * 100)} %`,
    ),
    ...job.events.slice(-latestEvents).map(({ at, level, message }) => `${at} ${level}: ${flat(plainText(message))}`),
  ];
  return lines.filter((line) => line !== null).join('\n');
}

function labelled(label: string, text: string | null): string | null {
  return text === null ? null : `${label}: ${flat(text)}`;
}

function flat(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}
