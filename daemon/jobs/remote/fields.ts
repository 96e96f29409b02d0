/** Converts the fields of facts, other than the status, to columns. */
import type { Limits } from '../../../shared/connection.ts';
import { headlineOfTrace } from '../../../shared/explain/headline/headline.ts';
import type { JobError } from '../../../shared/job.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { Fact } from '../../engines/remote.ts';
import type { JobFields, JobRow } from '../../store/rows.ts';
import { cut, toJson } from '../../store/values.ts';
import { harmlessLine, harmlessText } from '../text.ts';

/** Maximum length in JSON of an input or a result. Of a longer one only the beginning is kept, as text. */
const maxJson = 1_000_000;
const keptOfLonger = 10_000;
const maxText = 10_000;
const maxDetails = 100_000;

type Columns = Partial<Omit<JobFields, 'id'>>;

/** The columns that a fact changes. */
export function changedColumns(job: JobRow, fact: Fact): Columns {
  const columns = columnsOf(fact, job.remoteLimits);
  const changed = Object.entries(columns).filter(([name, value]) => {
    const now = job[name as keyof JobRow] ?? null;
    return (typeof value === 'object' && value !== null ? toJson(name, value) : (value ?? null)) !== now;
  });
  return Object.fromEntries(changed) as Columns;
}

/** The columns that a fact sets. */
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

/** An error of a remote program, without control characters. */
export function harmlessError({ message, hint, details, params, ...ids }: JobError): JobError {
  const headline = details === null ? null : headlineOfTrace(harmlessText(details));
  return {
    ...ids,
    ...(params === undefined ? {} : { params: harmlessParams(params) }),
    message: cut(harmlessText(message), maxText),
    hint: hint === null ? null : harmlessText(hint),
    details: details === null ? null : cut(harmlessText(details), maxDetails),
    ...(headline === null ? {} : { headline }),
  };
}

/** Parameters of a message of an engine, without control characters in their texts. */
export function harmlessParams(params: Message['params']): Message['params'] {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, harmlessValue(value)]));
}

function harmlessValue(value: unknown): unknown {
  if (typeof value === 'string') return cut(harmlessText(value), maxText);
  return typeof value === 'object' && value !== null ? harmlessParams(value as Message['params']) : value;
}

/** A value as it is kept: complete, or the beginning of its JSON if that is very long. */
export function bounded(field: string, value: unknown): unknown {
  const json = toJson(field, value ?? null) ?? 'null';
  if (json.length <= maxJson) return value;
  return `${cut(json, keptOfLonger)} (${json.length} characters)`;
}

/** A time of an engine as whole milliseconds that are not in the future; `other` if it is not valid. */
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
