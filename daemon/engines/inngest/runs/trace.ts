/** The steps of a run, from the v2 trace, from that of the GraphQL API, and from both. */
import type { JobError, Step, StepStatus } from '../../../../shared/job.ts';
import { asArray } from '../../untrustedJson.ts';
import { getPath, readInteger, readText, readTime } from '../http/json.ts';
import { toJobError, truncateOutput, unwrapOutput } from './output.ts';

/** A step as a trace has it, before it is told. Times by the server's clock. */
export interface TracedStep {
  id: string;
  label: string;
  kind: string;
  status: StepStatus;
  attempts: number;
  queuedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  output?: unknown;
  error: JobError | null;
  /** When a sleep or the patience for an event is over. */
  until: number | null;
  /** By which the GraphQL API gives the output. */
  outputId: string | null;
}

export interface Trace {
  steps: TracedStep[];
  /** The events that triggered it; undefined when they are not told. */
  events?: unknown[];
  output?: unknown;
  /** Whether the whole run failed. */
  failed: boolean;
  ended: boolean;
  /** By the server's clock. */
  endedAt: number | null;
  /** By which the GraphQL API gives the output. */
  outputId: string | null;
}

/** Larger outputs are cut: a step may return 4 MB. In characters of JSON. */
const maxOutputLength = 64_000;
/** Steps beyond this many are not told: a run may have 10,000. */
const maxSteps = 500;

/** The v2 trace: the call with `includeOutput=true`. */
export function readTrace(body: unknown): Trace | null {
  const root = getPath(body, 'data', 'rootSpan');
  if (getPath(root, 'status') === undefined) return null;
  const input = getPath(root, 'input', 'data') ?? getPath(root, 'input');
  return { ...readRoot(root), ...(input === undefined ? {} : { events: Array.isArray(input) ? input : [input] }) };
}

/** The trace of the GraphQL API: it alone counts attempts, and leaves out some steps that are done. */
export function readGraphqlTrace(body: unknown): Trace | null {
  const root = getPath(body, 'data', 'run', 'trace');
  return getPath(root, 'status') === undefined ? null : readRoot(root);
}

function readRoot(root: unknown): Trace {
  const endedAt = readTime(getPath(root, 'endedAt'));
  const ended = endedAt !== null;
  const failed = getPath(root, 'status') === 'FAILED';
  const steps = new Map<string, TracedStep>();
  for (const span of spansOf(root)) addSpan(steps, span);
  for (const step of steps.values()) {
    // A failed attempt is not the end of its step while the run goes on; with it, everything ends.
    if (!ended && step.status === 'failed') step.status = 'running';
    else if (ended && (step.status === 'running' || step.status === 'pending')) step.status = 'skipped';
  }
  const output = getPath(root, 'output');
  return {
    ...{ steps: [...steps.values()].sort(byStart), failed: ended && failed, ended, endedAt },
    ...(output === undefined ? {} : { output }),
    outputId: readText(getPath(root, 'outputID'), 4000),
  };
}

const byStart = (one: TracedStep, other: TracedStep): number =>
  (one.startedAt ?? one.queuedAt ?? Number.MAX_VALUE) - (other.startedAt ?? other.queuedAt ?? Number.MAX_VALUE);

/** The spans that are steps or attempts of them. */
function spansOf(root: unknown, depth = 0): unknown[] {
  const children = asArray(getPath(root, 'children') ?? getPath(root, 'childrenSpans'));
  return depth > 8 ? [] : children.flatMap((child) => [child, ...spansOf(child, depth + 1)]).slice(0, 4 * maxSteps);
}

/** The v2 trace has a span for each attempt of a failing step, all with the id of the step: they are one. */
function addSpan(steps: Map<string, TracedStep>, span: unknown): void {
  const kind = readText(getPath(span, 'stepOp'), 60);
  const name = readText(getPath(span, 'name'), 300) ?? '';
  const failedItself = kind === null && getPath(span, 'status') === 'FAILED' && !/^Attempt \d+$/.test(name);
  // What has no operation is the function's own code, which is no step; only its failure tells something.
  if (kind === null && !failedItself) return;
  const id = kind === null ? 'function' : (readText(getPath(span, 'stepId') ?? getPath(span, 'stepID'), 500) ?? name);
  const before = steps.get(id);
  if (!before && steps.size >= maxSteps) return;
  const status = statusOf(getPath(span, 'status'));
  const attempts = asArray(getPath(span, 'childrenSpans')).filter(
    (child) => readTime(getPath(child, 'startedAt')) !== null,
  ).length;
  const counted = Math.max((readInteger(getPath(span, 'attempts')) ?? 0) + 1, attempts, 1);
  const output = getPath(span, 'output');
  steps.set(id, {
    id,
    label: kind === null ? 'Function' : name,
    kind: kind === null ? 'function' : kindOf(kind),
    status,
    attempts: before ? before.attempts + 1 : counted,
    queuedAt: before?.queuedAt ?? readTime(getPath(span, 'queuedAt')),
    startedAt: before?.startedAt ?? readTime(getPath(span, 'startedAt')),
    endedAt: readTime(getPath(span, 'endedAt')),
    ...(status === 'failed' || output === undefined ? {} : { output: unwrapOutput(output) }),
    error: status === 'failed' ? toJobError(output) : status === 'completed' ? null : (before?.error ?? null),
    until: readTime(getPath(span, 'stepInfo', 'sleepUntil')) ?? readTime(getPath(span, 'stepInfo', 'timeout')),
    outputId: readText(getPath(span, 'outputID'), 4000),
  });
}

/** `WAIT_FOR_EVENT` → `waitForEvent`, as SDKs call it. */
const kindOf = (operation: string): string =>
  operation.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function statusOf(status: unknown): StepStatus {
  switch (status) {
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
      return 'failed';
    case 'CANCELLED':
    case 'SKIPPED':
      return 'skipped';
    case 'QUEUED':
      return 'pending';
    default:
      return 'running';
  }
}

/** All steps of both traces: outputs from the first, attempts and the times of sleeps from the second. */
export function mergeSteps(steps: TracedStep[], graph: TracedStep[]): TracedStep[] {
  const all = new Map(steps.map((step) => [step.id, step]));
  for (const other of graph) {
    const step = all.get(other.id);
    all.set(
      other.id,
      step ? { ...step, attempts: Math.max(step.attempts, other.attempts), until: other.until ?? step.until } : other,
    );
  }
  return [...all.values()].sort(byStart);
}

/** Steps as they are told, with times by this machine's clock. */
export function toSteps(steps: TracedStep[], toLocal: (remote: number) => number): Step[] {
  const iso = (at: number | null) => (at === null ? null : new Date(toLocal(at)).toISOString());
  // All together they may be as large as a run's result.
  const limit = Math.min(maxOutputLength, Math.floor((20 * maxOutputLength) / Math.max(1, steps.length)));
  return steps.map(({ id, label, kind, status, attempts, startedAt, endedAt, output, error, until }) => ({
    ...{ id, label, kind, status, attempts, parentId: null, weight: 1, error },
    progress: status === 'completed' || status === 'skipped' ? 1 : 0,
    startedAt: iso(startedAt),
    endedAt: iso(endedAt),
    ...(output !== undefined
      ? { output: truncateOutput(output, limit) }
      : until === null
        ? {}
        : { output: { until: iso(until) } }),
  }));
}
