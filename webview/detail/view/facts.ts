/** Facts about the job. Values that a job has by default are left out, because they say nothing. */
import { dateRangeFormat } from '../../../shared/dateRange.ts';
import { formatBytes, formatDuration, runTime } from '../../../shared/format.ts';
import type { Attempt, JobDetail } from '../../../shared/job.ts';
import { processNames } from '../../../shared/leftovers.ts';
import type { PageAction } from '../../../shared/panel.ts';
import { fill, priorityWords, strings, triggerWords } from '../../strings.ts';
import { t } from '../../texts.ts';
import type { ShownTime, ShowTime } from '../../times.ts';

export const defaultQueue = 'default';
/** The type of shell commands. */
const genericType = 'shell';

const dates = dateRangeFormat({ language: t.language });

/** A button next to a fact: an icon with a name. */
export interface FactAction {
  action: PageAction;
  label: string;
  /** Name of a codicon. */
  icon: string;
  jobId: string | null;
}

export interface Fact {
  label: string;
  value: string | ShownTime;
  /** Code, paths and IDs, shown verbatim. */
  code: boolean;
  action: FactAction | null;
}

export const fact = (label: string, value: string | ShownTime | null, action: FactAction | null = null): Fact[] =>
  value === null ? [] : [{ label, value, code: false, action }];

export const code = (label: string, value: string | null, action: FactAction | null = null): Fact[] =>
  value === null ? [] : [{ label, value, code: true, action }];

export const button = (action: PageAction, label: string, icon: string, jobId: string | null = null): FactAction => ({
  action,
  label,
  icon,
  jobId,
});

/** The job's times, and those of an attempt: of an earlier one, or of the latest. */
export function timesOf(job: JobDetail, earlier: Attempt | null, now: number, showTime: ShowTime): Fact[] {
  const at = (iso: string | null) => (iso === null ? null : showTime(iso, now));
  const { startedAt, endedAt } = earlier ?? job;
  return [
    ...fact(strings.created, at(job.createdAt)),
    ...(job.queuedAt === job.createdAt || earlier !== null ? [] : fact(strings.queued, at(job.queuedAt))),
    ...fact(strings.started, at(startedAt)),
    ...fact(strings.ended, at(endedAt)),
    ...fact(strings.duration, durationOf(earlier ?? job, now)),
    ...(endedAt === null ? fact(strings.lastActivity, at(job.lastActivityAt)) : []),
  ];
}

/** How long a job or an attempt has been running or ran; null if it never did. */
export function durationOf(times: Parameters<typeof runTime>[0], now: number): string | null {
  const ms = runTime(times, now);
  if (ms === null) return null;
  if (times.endedAt !== null) return formatDuration(ms, t);
  // In whole seconds and at least one, because the page is refreshed once a second.
  return formatDuration(Math.max(1, Math.floor(ms / 1000)) * 1000, t);
}

/** CPU and memory in use, or of a finished attempt its peak memory and what still runs. */
export function usesOf({ resources }: JobDetail, attempt: Attempt | null): Fact[] {
  if (resources === null) {
    const { peakMemoryBytes = null, leftovers = [] } = attempt ?? {};
    return [
      ...fact(strings.peakMemory, peakMemoryBytes === null ? null : formatBytes(peakMemoryBytes, t)),
      ...fact(strings.leftovers, leftovers.length === 0 ? null : processNames(leftovers)),
    ];
  }
  const { cpuPercent, memoryBytes, peakMemoryBytes, processes } = resources;
  return [
    ...fact(strings.cpu, fill(strings.cpuShare, Math.round(cpuPercent))),
    ...fact(strings.memory, formatBytes(memoryBytes, t)),
    ...fact(strings.peakMemory, formatBytes(peakMemoryBytes, t)),
    ...fact(strings.processes, String(processes)),
  ];
}

/** What the job is and where it came from. `attempt` is the one shown. */
export function detailsOf(job: JobDetail, attempt: Attempt | null): Fact[] {
  const command = attempt?.commandLine ?? job.commandLine;
  const { rangeStart, rangeEnd } = job;
  const range = rangeStart === null || rangeEnd === null ? null : dates.text({ start: rangeStart, end: rangeEnd });
  const parent = button('showJob', strings.showParent, 'link-external', job.parentId);
  return [
    ...code(strings.command, command, button('copyCommand', strings.copyCommand, 'copy')),
    ...code(strings.folder, job.cwd, button('openFolder', strings.openFolder, 'folder-opened')),
    ...(job.workspace === job.cwd ? [] : code(strings.workspace, job.workspace)),
    ...fact(strings.type, isTelling(job) ? job.type : null),
    ...fact(strings.trigger, job.trigger === 'manual' ? null : triggerWords[job.trigger]),
    ...fact(strings.queue, job.queue === defaultQueue ? null : job.queue),
    ...fact(strings.priority, job.priority === 'normal' ? null : priorityWords[job.priority]),
    ...fact(strings.createdBy, job.createdBy),
    ...fact(strings.tags, job.tags.length === 0 ? null : job.tags.join(', ')),
    ...code(strings.parent, job.parentId, parent),
    ...code(strings.schedule, job.scheduleId),
    ...fact(strings.range, range),
    ...code(strings.errorCode, attempt?.error?.code ?? null),
    ...code(strings.processId, attempt?.pid === null || attempt?.endedAt !== null ? null : String(attempt.pid)),
    ...fact(strings.logSize, typeof attempt?.logBytes === 'number' ? formatBytes(attempt.logBytes, t) : null),
    ...code(strings.id, job.id, button('copyId', strings.copyId, 'copy')),
  ];
}

/** Whether the type of a job says more than its command or title. */
export function isTelling({ type, title, commandLine, children }: JobDetail): boolean {
  const own = [title, commandLine ?? title].some((text) => text.toLowerCase().startsWith(type.toLowerCase()));
  return type !== genericType && children === null && !own;
}

/** JSON of the job, in a section to expand. */
export interface RawData {
  name: string;
  label: string;
  value: unknown;
}

/** The raw data that the job has. */
export function rawDataOf(job: JobDetail): RawData[] {
  return [
    { name: 'input', label: strings.input, value: job.input },
    { name: 'metadata', label: strings.metadata, value: job.metadata },
    { name: 'scope', label: strings.scope, value: job.scope },
    { name: 'progress', label: strings.progressData, value: job.progress },
    { name: 'result', label: strings.result, value: job.result },
  ].filter(({ value }) => value !== null && value !== undefined);
}
