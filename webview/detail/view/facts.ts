/** The tables of the side column: facts about the job. */
import { dateRangeFormat } from '../../../shared/dateRange.ts';
import { formatBytes, formatDuration, runTime } from '../../../shared/format.ts';
import type { Attempt, JobDetail } from '../../../shared/job.ts';
import { processNames } from '../../../shared/leftovers.ts';
import { messageText } from '../../../shared/messages/render.ts';
import type { PageAction, SnapshotMessage } from '../../../shared/panel.ts';
import { fill, priorityWords, strings, triggerWords } from '../../strings.ts';
import { t } from '../../texts.ts';
import type { ShownTime, ShowTime } from '../../times.ts';
import { denial, readOnly } from './actions.ts';

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

/** The job's times, and the duration of the latest attempt. */
export function timesOf(job: JobDetail, now: number, showTime: ShowTime): Fact[] {
  const at = (iso: string | null) => (iso === null ? null : showTime(iso, now));
  return [
    ...fact(strings.created, at(job.createdAt)),
    ...(job.queuedAt === job.createdAt ? [] : fact(strings.queued, at(job.queuedAt))),
    ...fact(strings.started, at(job.startedAt)),
    ...fact(strings.ended, at(job.endedAt)),
    ...fact(strings.duration, durationOf(job, now)),
    ...fact(strings.lastActivity, at(job.lastActivityAt)),
  ];
}

function durationOf(job: JobDetail, now: number): string | null {
  const ms = runTime(job, now);
  if (ms === null) return null;
  if (job.endedAt !== null) return formatDuration(ms, t);
  // In whole seconds and at least one, because the page is refreshed once a second.
  return formatDuration(Math.max(1, Math.floor(ms / 1000)) * 1000, t);
}

/** CPU and memory in use, or of a finished attempt its peak memory, whether it was killed, and what still runs. */
export function usesOf({ resources }: JobDetail, attempt: Attempt | null): Fact[] {
  if (resources === null) {
    const { peakMemoryBytes = null, killedAfterMs = null, leftovers = [] } = attempt ?? {};
    const killed = killedAfterMs === null ? null : fill(strings.killedAfter, formatDuration(killedAfterMs, t));
    return [
      ...fact(strings.peakMemory, peakMemoryBytes === null ? null : formatBytes(peakMemoryBytes, t)),
      ...fact(strings.killed, killed),
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
    ...fact(strings.trigger, triggerWords[job.trigger]),
    ...(job.connection === null ? fact(strings.engine, job.engine) : []),
    ...fact(strings.queue, job.queue),
    ...fact(strings.priority, priorityWords[job.priority]),
    ...fact(strings.createdBy, job.createdBy),
    ...fact(strings.tags, job.tags.length === 0 ? null : job.tags.join(', ')),
    ...code(strings.parent, job.parentId, parent),
    ...code(strings.schedule, job.scheduleId),
    ...fact(strings.range, range),
    ...code(strings.processId, attempt?.pid === null || attempt?.endedAt !== null ? null : String(attempt.pid)),
    ...fact(strings.logSize, typeof attempt?.logBytes === 'number' ? formatBytes(attempt.logBytes, t) : null),
    ...code(strings.id, job.id, button('copyId', strings.copyId, 'copy')),
  ];
}

/** Whether an action is possible, and if not, why. */
export interface CapabilityView {
  label: string;
  reason: string | null;
}

/** Which actions the job allows, and why not the others. Restrictions of this window don't count. */
export function capabilitiesOf(state: SnapshotMessage, { capabilities, status }: JobDetail): CapabilityView[] {
  const { cancel, retry, remove, pause } = capabilities;
  const there = readOnly(state);
  return [
    { label: strings.cancel, reason: there ?? denial(cancel) },
    ...(status === 'running'
      ? [{ label: strings.pause, reason: pause.reason === null ? null : messageText(pause.reason, t) }]
      : []),
    { label: status === 'completed' ? strings.runAgain : strings.retry, reason: there ?? denial(retry) },
    { label: strings.remove, reason: denial(remove) },
  ];
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
