/** A job's steps: declaring them, moving them on, and the progress they add up to. Pure. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { Progress, Step } from '../../../shared/job.ts';
import { type NewStep, type ReportOf, reportLimits } from '../../../shared/reporting.ts';
import { harmlessLine } from '../text.ts';
import { moved, parentStep } from './step.ts';

type Steps = readonly Step[];
type StepReport = Pick<ReportOf<'step'>, 'id' | 'progress' | 'status'>;

/**
 * The steps with these after them, or instead of them. One that is there already keeps how far it is.
 * @throws JobdeckError UNKNOWN_STEP for a parent that is none, INVALID_REQUEST for too many or a circle
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
    throw new JobdeckError(
      'INVALID_REQUEST',
      `The job would have ${all.size} steps.`,
      `It can have ${reportLimits.steps}; use progress for what there is more of.`,
    );
  }
  checkParents(all);
  return withParentProgress([...all.values()]);
}

/** The steps an attempt begins with, from what was submitted as JSON; null for none. */
export function firstSteps(submitted: string | null): Step[] | null {
  return submitted === null ? null : declared([], JSON.parse(submitted) as NewStep[]);
}

/** Each step's parent is there, and none is its own. */
function checkParents(steps: ReadonlyMap<string, Step>): void {
  const rooted = new Set<string>();
  for (const step of steps.values()) {
    const path = new Set<string>();
    for (let at: Step = step; !rooted.has(at.id); ) {
      if (path.has(at.id)) {
        throw new JobdeckError('INVALID_REQUEST', `The step ${at.id} is a part of itself.`, 'Correct its “parentId”.');
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
 * The steps after a report on one. A `late` one, that came after a newer one, takes nothing back.
 * @throws JobdeckError UNKNOWN_STEP
 */
export function stepsAfter(steps: Steps, report: StepReport, now: number, late = false): Step[] {
  const id = harmlessLine(report.id);
  if (!steps.some((step) => step.id === id)) throw unknownStep(report.id, steps);
  return withParentProgress(steps.map((step) => (step.id === id ? moved(step, report, now, late) : step)));
}

/** The steps when the job has ended: those under way have ended as it did. */
export function ended(steps: Steps, status: 'completed' | 'failed', now: number): Step[] {
  const end = (step: Step) => (step.status === 'running' ? moved(step, { status }, now, false) : step);
  return withParentProgress(steps.map(end), status === 'failed');
}

/** The progress of all steps together, in percent with one digit; null when there are none. */
export function progressOf(steps: Steps): Pick<Progress, 'current' | 'total'> | null {
  const roots = steps.filter(({ parentId }) => parentId === null);
  return roots.length === 0 ? null : { current: Math.round(share(roots) * 1000) / 10, total: 100 };
}

/** What the job does now: the label of the step that began last of those that run, parts before their whole. */
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

/** Steps with parts have the progress and the state of these; `ending`: the job has failed. */
function withParentProgress(steps: Step[], ending = false): Step[] {
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
    if (step && parts.length > 0) state.set(id, parentStep(step, parts, share(parts), ending));
  }
  return steps.map((step) => state.get(step.id) ?? step);
}

/** All ids, each after that of which it is a part. With a stack of its own, however deep they are nested. */
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
  return new JobdeckError(
    'UNKNOWN_STEP',
    `The job has no step ${harmlessLine(id)}.`,
    steps.length === 0 ? 'It has no steps yet: declare them first.' : `Its steps: ${known}.`,
  );
}
