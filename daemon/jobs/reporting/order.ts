/** Which reports of a client have been accepted, so that none is accepted twice. Pure. */

/**
 * All up to `low` have been accepted, and those in `seen` (ascending) beyond it. `progress` is the latest progress
 * report.
 */
export interface ClientOrder {
  low: number;
  seen: readonly number[];
  progress: number;
}

/** The order of a client that has not reported yet. */
export const noneAccepted: ClientOrder = { low: 0, seen: [], progress: 0 };

/** Maximum number of reports remembered beyond a missing one. With more, the missing one is given up. */
export const maxSeen = 1_000;

/** Whether a report has been accepted. */
export function wasAccepted({ low, seen }: ClientOrder, seq: number): boolean {
  return seq <= low || seen.includes(seq);
}

/** Whether an earlier report than this one may still come. */
export function mayBeEarly({ low }: ClientOrder, seq: number): boolean {
  return seq > low + 1;
}

/** Whether a later report than this one has been accepted. */
export function isLate({ low, seen }: ClientOrder, seq: number): boolean {
  return seq < (seen.at(-1) ?? low);
}

/** The order after accepting a new report. */
export function afterAccepting(order: ClientOrder, seq: number): ClientOrder {
  // The usual case, without allocating a list.
  if (seq === order.low + 1 && order.seen.length === 0) return { ...order, low: seq };
  const seen = [...order.seen, seq].sort((a, b) => a - b);
  let low = seen.length > maxSeen ? (seen[0] ?? order.low) : order.low;
  let next = seen.findIndex((one) => one > low);
  while (next >= 0 && seen[next] === low + 1) {
    low += 1;
    next += 1;
  }
  return { ...order, low, seen: seen.filter((one) => one > low) };
}
