/**
 * Builds reports from arbitrary arguments: whatever the daemon would reject is corrected or left out. The Python client
 * applies the same rules (clients/python/jobdeck/_arguments.py). test/data/reporting/arguments.json verifies both.
 */
import { isNestedTooDeep, maxValueNesting } from '../../nesting.ts';
import type { NewStep, ReportOf, StartRequest } from '../../reporting.ts';
import { reportLimits } from '../../wire.ts';

/** Text that fits into a report. */
export function clip(value: unknown, limit: number = reportLimits.message): string {
  const text = whole(typeof value === 'string' ? value : String(value));
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The text with unpaired surrogates replaced, which the daemon refuses in names. */
function whole(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** A valid count, or undefined. */
export function amount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The value as JSON if possible, otherwise as text. Large and deeply nested values are truncated to text. */
export function plain(value: unknown, limit: number = reportLimits.context): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = JSON.stringify(String(value)); // A cycle or a BigInt.
  }
  if (text === undefined) return null;
  const fits = text.length <= limit && !isNestedTooDeep(text, maxValueNesting);
  return fits ? JSON.parse(text) : clip(text, limit / 2);
}

/** A progress report, or null if it would be empty. */
export function progressBody(current?: unknown, total?: unknown, message?: unknown): ReportOf<'progress'> | null {
  const body: ReportOf<'progress'> = { kind: 'progress' };
  const [done, all] = [amount(current), amount(total)];
  if (done !== undefined) body.current = done;
  if (all !== undefined || total === null) body.total = all ?? null;
  if (message !== undefined) body.message = message === null ? null : clip(message);
  return Object.keys(body).length > 1 ? body : null;
}

/** The numbers that a job reported last. */
export interface Amounts {
  current: number;
  total: number | null;
}

/** Limits the current amount to the total. Returns both. */
export function bound(body: ReportOf<'progress'>, { current, total }: Amounts): Amounts {
  const all = body.total === undefined ? total : body.total;
  const done = body.current ?? current;
  if (all === null || done <= all) return { current: done, total: all };
  body.current = all;
  return { current: all, total: all };
}

/** Clamps a fraction to the range 0 to 1. */
export function share(value: unknown): number | undefined {
  return typeof value === 'number' && !Number.isNaN(value) ? Math.min(1, Math.max(0, value)) : undefined;
}

/** Splits text into pieces that fit into reports. */
export function* logTexts(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += reportLimits.text) yield text.slice(at, at + reportLimits.text);
}

/** Step declarations from IDs or objects. Invalid ones are left out. */
export function newSteps(steps: readonly (string | NewStep)[]): NewStep[] {
  const declared: NewStep[] = [];
  for (const step of steps.slice(0, reportLimits.steps)) {
    const { id, label, weight, parentId } = typeof step === 'string' ? { id: step } : step;
    if (typeof id !== 'string' || id === '') continue;
    const one: NewStep = { id: clip(id, 200) };
    if (label) one.label = clip(label, 300);
    if (typeof weight === 'number' && weight > 0 && weight <= 1e6) one.weight = weight;
    if (parentId) one.parentId = clip(parentId, 200);
    declared.push(one);
  }
  return declared;
}

/** A failure report with the error's message, and its stack as details. */
export function failBody(error: unknown): ReportOf<'fail'> {
  const body: ReportOf<'fail'> = { kind: 'fail', message: clip(messageOf(error)) || 'It failed.' };
  if (typeof error !== 'object' || error === null) return body;
  const { code, hint, stack, details } = error as Record<string, unknown>;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code)) body.code = code;
  if (typeof hint === 'string') body.hint = clip(hint);
  const more = typeof details === 'string' ? details : stack;
  if (typeof more === 'string') body.details = clip(more, reportLimits.text);
  return body;
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

/** A valid start request. Unknown and invalid fields are left out. */
export function startBody(request: StartRequest): StartRequest {
  const { title, steps, total, input, metadata, heartbeatMs, timeLimitMs, weight } = request;
  const body: StartRequest = { title: clip(title ?? 'Job', 300).trim() || 'Job' };
  for (const [name, limit] of Object.entries(texts) as [keyof typeof texts, number][]) {
    if (request[name]) body[name] = clip(request[name], limit);
  }
  if (Array.isArray(steps)) body.steps = newSteps(steps);
  if (amount(total) !== undefined) body.total = total;
  if (input !== undefined) body.input = plain(input);
  const facts = metadata === undefined ? undefined : plain(metadata);
  if (facts !== undefined && facts !== null) body.metadata = isObject(facts) ? facts : { value: facts };
  if (typeof weight === 'number' && weight > 0 && weight <= 1e6) body.weight = weight;
  if (amount(heartbeatMs) !== undefined) body.heartbeatMs = within(Number(heartbeatMs), 1000, 7 * 86_400_000);
  if (timeLimitMs === null) body.timeLimitMs = null;
  else if (amount(timeLimitMs) !== undefined) body.timeLimitMs = within(Number(timeLimitMs), 1000, 366 * 86_400_000);
  return body;
}

/** Text fields of a start request and their maximum lengths. */
const texts = {
  type: 100,
  cwd: 4096,
  workspace: 4096,
  createdBy: 300,
  group: 200,
  idempotencyKey: 200,
  commandLine: 1000,
} as const;

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
