/** Sending the request for a new job. */
import type { JobDetail } from '../../shared/job.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { startText } from '../output/time.ts';
import type { Cli } from '../runner.ts';

/** Submits a job, and notes its start time or that its key was in use. */
export async function submitted({ session, out }: Cli, request: SubmitRequest): Promise<JobDetail> {
  const { job, created } = await session.once((client) => client.submitOnce(request));
  if (!created) out.note(`Job ${job.id} with this key already exists. Nothing was started.`);
  else if (request.notBefore !== undefined) out.note(`Starts at ${startText(request.notBefore, Date.now())}.`);
  return job;
}
