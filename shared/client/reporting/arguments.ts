/**
 * Reports from what a program says, whatever it says: what the daemon would refuse is made acceptable or left out. The
 * Python client has the same rules (clients/python/jobdeck/_arguments.py); test/data/reporting/arguments.json holds both
 * to them.
 */
import type { NewStep, ReportOf, StartRequest } from '../../reporting.ts';
import { reportLimits } from '../../wire.ts';

/** Text as a report may carry it. */
export function clip(value: unknown, limit: number = reportLimits.message): string {
  const text = typeof value === 'string' ? value : String(value);
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** A count as it can be reported, or undefined. */
export function amount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Any value as JSON: itself where it is, else as text. Too large ones are cut to a text. */
export function plain(value: unknown, limit: number = reportLimits.context): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = JSON.stringify(String(value)); // A cycle, or a number JSON has no form for.
  }
  if (text === undefined) return null;
  return text.length <= limit ? JSON.parse(text) : clip(text, limit / 2);
}

/** A progress report; null when there is nothing in it that can be reported. */
export function progressBody(current?: unknown, total?: unknown, message?: unknown): ReportOf<'progress'> | null {
  const body: ReportOf<'progress'> = { kind: 'progress' };
  const [done, all] = [amount(current), amount(total)];
  if (done !== undefined) body.current = done;
  if (all !== undefined || total === null) body.total = all ?? null;
  if (message !== undefined) body.message = message === null ? null : clip(message);
  return Object.keys(body).length > 1 ? body : null;
}

/** The numbers a job has reported last. */
export interface Amounts {
  current: number;
  total: number | null;
}

/** Cuts what is done to what there is to do, and returns the numbers as they are then. */
export function bound(body: ReportOf<'progress'>, { current, total }: Amounts): Amounts {
  const all = body.total === undefined ? total : body.total;
  const done = body.current ?? current;
  if (all === null || done <= all) return { current: done, total: all };
  body.current = all;
  return { current: all, total: all };
}

/** A share as 0 to 1; what lies outside becomes the nearer end. */
export function share(value: unknown): number | undefined {
  return typeof value === 'number' && !Number.isNaN(value) ? Math.min(1, Math.max(0, value)) : undefined;
}

/** Texts of a log as reports may carry them. */
export function* logTexts(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += reportLimits.text) yield text.slice(at, at + reportLimits.text);
}

/** Steps as they are declared: ids alone, or with what else is known of them. */
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

/** An error as a failure: its message, and its stack as details. */
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

/** What a job is started with, made acceptable; what it does not know is left out. */
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

/** Fields of a start that are text, and how long they may be. */
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
