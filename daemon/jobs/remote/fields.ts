/** What facts say of a job beside its status, made fit to be stored. */
import type { Limits } from '../../../shared/connection.ts';
import type { JobError } from '../../../shared/job.ts';
import type { Fact } from '../../engines/remote.ts';
import type { JobFields, JobRow } from '../../store/rows.ts';
import { cut, toJson } from '../../store/values.ts';
import { harmlessLine, harmlessText } from '../text.ts';

/** Characters of JSON that are kept of an input or a result; of a longer one its beginning, as text. */
export const maxJson = 1_000_000;
const keptOfLonger = 10_000;
const maxDetails = 100_000;

type Columns = Partial<Omit<JobFields, 'id'>>;

/** The columns that a fact gives another value. */
export function changedColumns(job: JobRow, fact: Fact): Columns {
  const told = columnsOf(fact, job.remoteLimits);
  const changed = Object.entries(told).filter(([name, value]) => {
    const now = job[name as keyof JobRow] ?? null;
    return (typeof value === 'object' && value !== null ? toJson(name, value) : (value ?? null)) !== now;
  });
  return Object.fromEntries(changed) as Columns;
}

/** The columns that a fact gives a value. */
export function columnsOf(fact: Fact, knownLimits: string | null): Columns {
  const { title, type, queue, worker, commandLine, createdBy, priority, progress, limits } = fact;
  return {
    ...(title === undefined ? {} : { title: cut(harmlessLine(title).trim(), 300) || 'Untitled' }),
    ...(type === undefined ? {} : { type: cut(harmlessLine(type).trim(), 100) || 'remote' }),
    ...(queue === undefined ? {} : { queue: cut(harmlessLine(queue), 200) }),
    ...(worker === undefined ? {} : { worker: worker === null ? null : cut(harmlessLine(worker), 300) }),
    ...(commandLine === undefined ? {} : { commandLine: cut(harmlessText(commandLine), 1000) }),
    ...(createdBy === undefined ? {} : { createdBy: cut(harmlessLine(createdBy), 300) }),
    ...(priority === undefined ? {} : { priority }),
    ...(progress === undefined ? {} : { progress: progress && harmlessProgress(progress) }),
    ...(limits === undefined ? {} : { remoteLimits: { ...parsed(knownLimits), ...limits } }),
  };
}

/** An error of a program elsewhere, without what moves a cursor. */
export function harmlessError({ code, message, hint, details }: JobError): JobError {
  return {
    code,
    message: cut(harmlessText(message), 10_000),
    hint: hint === null ? null : harmlessText(hint),
    details: details === null ? null : cut(harmlessText(details), maxDetails),
  };
}

/** A value as it is kept: whole, or the beginning of its JSON when that is very long. */
export function bounded(field: string, value: unknown): unknown {
  const json = toJson(field, value ?? null) ?? 'null';
  if (json.length <= maxJson) return value;
  return `${cut(json, keptOfLonger)} (${json.length} characters)`;
}

/** A time from elsewhere as whole milliseconds that are not in the future; `other` when it is none. */
export function timeOr(ms: number | undefined, other: number, now: number): number {
  return ms !== undefined && ms > 0 && Number.isFinite(ms) ? Math.min(Math.round(ms), now) : other;
}

function harmlessProgress({ current, total, message, phase }: NonNullable<Fact['progress']>) {
  const line = (text: string | null) => (text === null ? null : cut(harmlessLine(text), 1000));
  return { current, total, message: line(message), phase: line(phase) };
}

function parsed(limits: string | null): Limits {
  return limits === null ? {} : (JSON.parse(limits) as Limits);
}
