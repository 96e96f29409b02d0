/** Colors of the output. */
import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colors for a stream: if it is a terminal that supports them, unless NO_COLOR or FORCE_COLOR decides. */
export function colorsFor(stream: { isTTY?: boolean }, env: Record<string, string | undefined>): Colors {
  const forced = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  const supported = Boolean(stream.isTTY) && env.TERM !== 'dumb' && env.FORCE_COLOR !== '0';
  return picocolors.createColors(!env.NO_COLOR && (forced || supported));
}
