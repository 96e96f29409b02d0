/** Which actions apply to a job, by its kind. */
import type { Capabilities } from '../../../shared/job.ts';
import type { JobRow } from '../../store/rows.ts';
import type { JobRules } from '../../store/wire.ts';
import { type JobKind, kindOf } from '../kindOf.ts';
import { noStepResults } from './capability.ts';
import { groupCapabilities } from './group.ts';
import { localCapabilities } from './local.ts';
import { remoteCapabilities, retryFromStep } from './remote.ts';
import { reportedCapabilities } from './reported.ts';

const byKind: Record<JobKind, (job: JobRow) => Capabilities> = {
  local: localCapabilities,
  reported: reportedCapabilities,
  group: groupCapabilities,
  remote: remoteCapabilities,
};

export const jobRules: JobRules = {
  capabilities: (job) => byKind[kindOf(job)](job),
  retryFromStep: (job) => (kindOf(job) === 'remote' ? retryFromStep(job) : noStepResults),
};
