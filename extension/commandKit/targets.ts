/** Reads the target jobs from the arguments of a command. */
import { logScheme } from '../base/ids.ts';
import { fromQuery } from '../base/logRef.ts';

export interface Target {
  readonly jobId: string;
  /** Null for the latest. */
  readonly attempt: number | null;
}

/** The target of a command: jobs, the selected rows, the focused row, or none. */
export type Given =
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'selection' }
  | { readonly kind: 'focus' }
  | { readonly kind: 'nothing' };

/**
 * Reads the arguments of a command: a job ID, a row, a log URI (as object or string), `{jobId, attempt}`, several of
 * these, or (from a menu) the clicked row and the selected rows. A menu on a row that was just redrawn passes
 * `undefined` (microsoft/vscode#144250) and means the selected rows. A key binding passes `{from: 'focus'}`.
 */
export function readArguments(args: readonly unknown[]): Given {
  if (args.length === 0) return { kind: 'nothing' };
  const [first, second] = args;
  if (typeof first === 'object' && first !== null && 'from' in first && first.from === 'focus')
    return { kind: 'focus' };
  const clicked = toTargets(first);
  const selected = Array.isArray(second) ? toTargets(second) : [];
  if (clicked.length === 0) return selected.length > 0 ? { kind: 'targets', targets: selected } : { kind: 'selection' };
  const clickedId = clicked[0]?.jobId;
  const together = clicked.length === 1 && selected.some(({ jobId }) => jobId === clickedId);
  return { kind: 'targets', targets: together ? selected : clicked };
}

function toTargets(value: unknown): Target[] {
  if (Array.isArray(value)) return value.flatMap(toTargets);
  if (typeof value === 'string')
    return value.startsWith(`${logScheme}:`) ? ofLog(value) : [{ jobId: value, attempt: null }];
  if (typeof value !== 'object' || value === null) return [];
  const { kind, id, jobId, attempt, scheme, query } = value as Record<string, unknown>;
  if (kind === 'job' && typeof id === 'string') return [{ jobId: id, attempt: null }];
  if (typeof jobId === 'string') return [{ jobId, attempt: typeof attempt === 'number' ? attempt : null }];
  return scheme === logScheme && typeof query === 'string' ? toTargets(fromQuery(query)) : [];
}

function ofLog(uri: string): Target[] {
  const query = uri.slice(uri.indexOf('?') + 1);
  return toTargets(fromQuery(decodeURIComponent(query)));
}
