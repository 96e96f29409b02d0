/** Whether and how to colour. */
import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours for a stream: on a terminal that can, unless NO_COLOR says no or FORCE_COLOR says always. */
export function colorsFor(stream: { isTTY?: boolean }, env: Record<string, string | undefined>): Colors {
  const forced = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  const able = Boolean(stream.isTTY) && env.TERM !== 'dumb' && env.FORCE_COLOR !== '0';
  return picocolors.createColors(!env.NO_COLOR && (forced || able));
}
