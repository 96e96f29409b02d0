/** What opens when the user starts a job from this window. Pure. */

/** The values of the setting `jobdeck.run.opens`. */
export const runOpens = ['nothing', 'page', 'log'] as const;
export type RunOpens = (typeof runOpens)[number];

/**
 * The setting as the user has set it, or undefined. The deprecated setting `jobdeck.log.openOnStart` still counts where
 * the new one is not set.
 */
export function whatRunOpens(chosen: unknown, openLogOnStart: unknown): RunOpens {
  const known = runOpens.find((value) => value === chosen);
  if (known !== undefined) return known;
  if (openLogOnStart === false) return 'nothing';
  return openLogOnStart === true ? 'log' : 'page';
}
