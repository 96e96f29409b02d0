/** The version of this build. esbuild inserts the one of package.json. */
declare const JOBDECK_VERSION: string | undefined;

export const version: string = typeof JOBDECK_VERSION === 'string' ? JOBDECK_VERSION : '0.0.0-source';
