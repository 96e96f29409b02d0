/** Errors of the command line itself. */
import { JobdeckError } from '../shared/errors.ts';

/** An invalid command line; exits with 2. */
export class UsageError extends JobdeckError {}
