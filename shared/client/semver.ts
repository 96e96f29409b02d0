/** Compares versions of Jobdeck by `x.y.z`; anything after that is ignored. */

/** Whether `a` is newer than `b`; false if either is not a version. */
export function isNewer(a: string, b: string): boolean {
  const left = parts(a);
  const right = parts(b);
  if (left === null || right === null) return false;
  const first = left.findIndex((part, index) => part !== right[index]);
  return first >= 0 && (left[first] ?? 0) > (right[first] ?? 0);
}

function parts(version: string): number[] | null {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match === null ? null : match.slice(1).map(Number);
}
