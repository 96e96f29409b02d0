/** Declares and updates the steps of a job, and computes their total progress. Pure. */
import type { JobdeckError } from '../../../shared/errors.ts';
import type { Progress, Step } from '../../../shared/job.ts';
import { reportProblem } from '../../../shared/messages/programReports.ts';
import { type NewStep, type ReportOf, reportLimits } from '../../../shared/reporting.ts';
import { harmlessLine } from '../text.ts';
import { moved, parentStep } from './step.ts';

type Steps = readonly Step[];
type StepReport = Pick<ReportOf<'step'>, 'id' | 'progress' | 'status'>;

/**
 * Adds steps, or replaces all steps by them. A step that already exists keeps its state.
 * @throws JobdeckError UNKNOWN_STEP for an unknown parent, INVALID_REQUEST for too many steps or a cycle
 */
export function declared(old: Steps, added: readonly NewStep[], replace = false): Step[] {
  const before = new Map(old.map((step) => [step.id, step]));
  const all = new Map(replace ? [] : before);
  for (const one of added) {
    const id = harmlessLine(one.id);
    const { weight = 1, label = id } = one;
    const parentId = one.parentId === undefined ? null : harmlessLine(one.parentId);
    const state = before.get(id) ?? { progress: 0, status: 'pending', startedAt: null, endedAt: null };
    all.set(id, { ...state, id, label: harmlessLine(label), weight, parentId });
  }
  if (all.size > reportLimits.steps) {
    throw reportProblem('INVALID_REQUEST/tooManySteps', { steps: all.size, limit: reportLimits.steps });
  }
  checkParents(all);
  return withParentProgress([...all.values()]);
}

/** The steps an attempt begins with, from the submitted JSON; null for none. */
export function firstSteps(submitted: string | null): Step[] | null {
  return submitted === null ? null : declared([], JSON.parse(submitted) as NewStep[]);
}

/** Checks that each step's parent exists, and that no step is its own ancestor. */
function checkParents(steps: ReadonlyMap<string, Step>): void {
  const rooted = new Set<string>();
  for (const step of steps.values()) {
    const path = new Set<string>();
    for (let at: Step = step; !rooted.has(at.id); ) {
      if (path.has(at.id)) {
        throw reportProblem('INVALID_REQUEST/stepLoop', { step: at.id });
      }
      path.add(at.id);
      if (at.parentId === null) break;
      const parent = steps.get(at.parentId);
      if (!parent) throw unknownStep(at.parentId, [...steps.values()]);
      at = parent;
    }
    for (const id of path) rooted.add(id);
  }
}

/**
 * The steps after a report on one of them. A `late` report, which arrives after a newer one, undoes nothing.
 * @throws JobdeckError UNKNOWN_STEP
 */
export function stepsAfter(steps: Steps, report: StepReport, now: number, late = false): Step[] {
  const id = harmlessLine(report.id);
  if (!steps.some((step) => step.id === id)) throw unknownStep(report.id, steps);
  return withParentProgress(steps.map((step) => (step.id === id ? moved(step, report, now, late) : step)));
}

/** The steps of a job that has ended: running steps get the outcome of the job. */
export function ended(steps: Steps, status: 'completed' | 'failed', now: number): Step[] {
  const end = (step: Step) => (step.status === 'running' ? moved(step, { status }, now, false) : step);
  return withParentProgress(steps.map(end), status === 'failed');
}

/** The total progress of all steps, in percent with one decimal; null if there are none. */
export function progressOf(steps: Steps): Pick<Progress, 'current' | 'total'> | null {
  const roots = steps.filter(({ parentId }) => parentId === null);
  return roots.length === 0 ? null : { current: Math.round(share(roots) * 1000) / 10, total: 100 };
}

/** The current phase: the label of the running step that started last, preferring parts to their parents. */
export function phaseOf(steps: Steps): string | null {
  const wholes = new Set(steps.filter(({ status }) => status === 'running').map(({ parentId }) => parentId));
  const running = steps.filter(({ id, status }) => status === 'running' && !wholes.has(id));
  const latest = running.reduce<Step | null>(
    (last, step) => ((step.startedAt ?? '') >= (last?.startedAt ?? '') ? step : last),
    null,
  );
  return latest?.label ?? null;
}

function share(steps: Steps): number {
  const whole = steps.reduce((sum, { weight }) => sum + weight, 0);
  const done = steps.reduce((sum, step) => sum + step.weight * (step.status === 'skipped' ? 1 : step.progress), 0);
  return whole === 0 ? 0 : Math.min(1, done / whole);
}

/** Updates the progress and the state of steps with parts from these. `jobFailed`: the job has failed. */
function withParentProgress(steps: Step[], jobFailed = false): Step[] {
  if (steps.every(({ parentId }) => parentId === null)) return steps;
  const children = new Map<string | null, string[]>();
  for (const { id, parentId } of steps) {
    const siblings = children.get(parentId);
    if (siblings) siblings.push(id);
    else children.set(parentId, [id]);
  }
  const state = new Map(steps.map((step) => [step.id, step]));
  for (const id of [...parentsFirst(children)].reverse()) {
    const step = state.get(id);
    const parts = (children.get(id) ?? []).flatMap((part) => state.get(part) ?? []);
    if (step && parts.length > 0) state.set(id, parentStep(step, parts, share(parts), jobFailed));
  }
  return steps.map((step) => state.get(step.id) ?? step);
}

/** All IDs, parents before their parts. Iterative, so that deep nesting can't exhaust the call stack. */
function* parentsFirst(children: ReadonlyMap<string | null, readonly string[]>): Generator<string> {
  const stack = [...(children.get(null) ?? [])];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    yield id;
    stack.push(...(children.get(id) ?? []));
  }
}

function unknownStep(id: string, steps: Steps): JobdeckError {
  const names = steps.slice(0, 20).map((step) => step.id);
  const known = steps.length > 20 ? `${names.join(', ')}, …` : names.join(', ');
  const step = harmlessLine(id);
  return steps.length === 0
    ? reportProblem('UNKNOWN_STEP/noSteps', { step })
    : reportProblem('UNKNOWN_STEP', { step, steps: known });
}
