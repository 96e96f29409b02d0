/** Statuses by which a shell says that it could not run a command. */
export const cannotRun = { found: 126, missing: 127 } as const;
