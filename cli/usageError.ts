/** Complaints about the command line itself. */
import { JobdeckError } from '../shared/errors.ts';

/** A command line that can't be understood; exits with 2. */
export class UsageError extends JobdeckError {}
