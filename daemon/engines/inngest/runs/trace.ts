/** Reads the steps of a run from the v2 trace and from the GraphQL trace, and merges them. */
import type { JobError, Step, StepStatus } from '../../../../shared/job.ts';
import { asArray } from '../../untrustedJson.ts';
import { getPath, readInteger, readText, readTime } from '../http/json.ts';
import { toJobError, truncateOutput, unwrapOutput } from './output.ts';

/** A step in a trace. Times by the server's clock. */
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
  /** The end of a sleep, or the timeout of a wait for an event. */
  until: number | null;
  /** Identifies the output in the GraphQL API. */
  outputId: string | null;
}

export interface Trace {
  steps: TracedStep[];
  /** The events that triggered it; undefined if the trace doesn't include them. */
  events?: unknown[];
  output?: unknown;
  /** Whether the whole run failed. */
  failed: boolean;
  ended: boolean;
  /** By the server's clock. */
  endedAt: number | null;
  /** Identifies the output in the GraphQL API. */
  outputId: string | null;
}

/** Larger outputs are truncated; a step may return 4 MB. In characters of JSON. */
const maxOutputLength = 64_000;
/** Further steps are omitted; a run may have 10,000. */
const maxSteps = 500;

/** Reads a v2 trace that was requested with `includeOutput=true`. */
export function readTrace(body: unknown): Trace | null {
  const root = getPath(body, 'data', 'rootSpan');
  if (getPath(root, 'status') === undefined) return null;
  const input = getPath(root, 'input', 'data') ?? getPath(root, 'input');
  return { ...readRoot(root), ...(input === undefined ? {} : { events: Array.isArray(input) ? input : [input] }) };
}

/** Reads a trace of the GraphQL API. Only this trace has attempts, but it omits some finished steps. */
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
    // While the run continues, a failed attempt is not the end of its step.
    if (!ended && step.status === 'failed') step.status = 'running';
    else if (ended && (step.status === 'running' || step.status === 'pending')) step.status = 'skipped';
  }
  const output = getPath(root, 'output');
  return {
    steps: [...steps.values()].sort(byStart),
    failed: ended && failed,
    ended,
    endedAt,
    ...(output === undefined ? {} : { output }),
    outputId: readText(getPath(root, 'outputID'), 4000),
  };
}

const byStart = (one: TracedStep, other: TracedStep): number =>
  (one.startedAt ?? one.queuedAt ?? Number.MAX_VALUE) - (other.startedAt ?? other.queuedAt ?? Number.MAX_VALUE);

/** The spans of steps and their attempts. */
function spansOf(root: unknown, depth = 0): unknown[] {
  const children = asArray(getPath(root, 'children') ?? getPath(root, 'childrenSpans'));
  return depth > 8 ? [] : children.flatMap((child) => [child, ...spansOf(child, depth + 1)]).slice(0, 4 * maxSteps);
}

/** Merges spans with the same step ID: the v2 trace has a span for each attempt of a failing step. */
function addSpan(steps: Map<string, TracedStep>, span: unknown): void {
  const kind = readText(getPath(span, 'stepOp'), 60);
  const name = readText(getPath(span, 'name'), 300) ?? '';
  const failedItself = kind === null && getPath(span, 'status') === 'FAILED' && !/^Attempt \d+$/.test(name);
  // Spans without an operation are the function's code outside of steps. Only their failures are shown.
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

/** The steps of both traces: outputs from the first, attempts and sleep times from the second. */
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

/** Converts steps for a fact, with times by the local clock. */
export function toSteps(steps: TracedStep[], toLocal: (remote: number) => number): Step[] {
  const iso = (at: number | null) => (at === null ? null : new Date(toLocal(at)).toISOString());
  // Limits the total size to about that of a run's result.
  const limit = Math.min(maxOutputLength, Math.floor((20 * maxOutputLength) / Math.max(1, steps.length)));
  return steps.map(({ id, label, kind, status, attempts, startedAt, endedAt, output, error, until }) => ({
    id,
    label,
    kind,
    status,
    attempts,
    parentId: null,
    weight: 1,
    error,
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
