/** Tools for AI agents, both as language model tools of the editor and over MCP. */
import { resolve } from 'node:path';
import { JobdeckError } from '../../errors.ts';
import type { JobStatus, ProcessSettings } from '../../job.ts';
import { retryNotice } from '../../retryNotice.ts';
import { plainText } from '../../terminal/plainText.ts';
import { visibleText } from '../../terminal/visibleText.ts';
import { type Translate, texts } from '../../translate.ts';
import type { DaemonClient } from '../http.ts';
import { count, optionalText, type ToolInput, text } from './input.ts';
import { jobLine, jobText } from './texts.ts';
import { untrusted } from './untrusted.ts';

/** The part of the client that the tools use. */
export type ToolClient = Pick<DaemonClient, 'list' | 'resolve' | 'get' | 'readLog' | 'submitOnce' | 'cancel' | 'retry'>;

export interface ToolContext {
  client: ToolClient;
  now: number;
  /** Default working directory of jobs, and the base of relative ones. */
  folder: string;
  /** The environment of new jobs; without it, the one of the daemon. */
  env?: Record<string, string>;
  /** What the processes of new jobs inherit; without it, what the daemon passes on. */
  process?: ProcessSettings;
}

export interface AgentTool {
  /** `{verb}_{noun}`. */
  readonly name: keyof typeof toolTitles;
  readonly title: string;
  /** For the model: what the tool does, when to use it and what it returns. */
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: { type: 'object'; properties: Record<string, object>; required?: string[] };
  /** Whether the tool changes something, so that users must confirm it. */
  readonly changes: boolean;
  /** Whether a second call with the same input changes nothing more. */
  readonly idempotent: boolean;
  /** The question to confirm. */
  question?(input: ToolInput, t: Translate): string;
  /** Runs the tool and returns text for the model, in which text of jobs is marked as data. @throws JobdeckError */
  run(input: ToolInput, context: ToolContext): Promise<string>;
}

const maxJobs = 100;
const maxLines = 500;
/** Bytes at the end of a log that are searched for its last lines. */
const tailBytes = 128 * 1024;

/** Titles of the tools for users. */
export const toolTitles = texts({
  list_jobs: 'List jobs',
  get_job: 'Get job',
  get_job_log: 'Get job log',
  run_job: 'Run job',
  cancel_job: 'Cancel job',
  retry_job: 'Retry job',
});

const jobId = {
  id: {
    type: 'string',
    description:
      'ID of the job as returned by list_jobs, a unique prefix of it, its title, the name of a group, or @ for the latest job',
  },
};

/** The ID of the job that the input refers to. JOB_NOT_FOUND, AMBIGUOUS_JOB. */
async function idOf(input: ToolInput, client: ToolClient): Promise<string> {
  const ref = text(input, 'id');
  const [id = ref] = await client.resolve([ref]);
  return id;
}

const statuses: readonly JobStatus[] = ['pending', 'waiting', 'running', 'completed', 'failed', 'cancelled', 'lost'];

export const agentTools: readonly AgentTool[] = [
  {
    name: 'list_jobs',
    title: toolTitles.list_jobs,
    description:
      'Lists background jobs (builds, test runs, trainings, imports, migrations) that Jobdeck runs or tracks, newest first, one per line: ID, title, type, status, progress, failure, age. Use it to find running, waiting or failed jobs.',
    inputSchema: {
      type: 'object',
      properties: {
        status: {
          type: 'string',
          description: `One or several of ${statuses.join(', ')}, paused, held, separated by commas`,
        },
        type: { type: 'string', description: 'Kind of job, such as build' },
        text: { type: 'string', description: 'Words in the title, command, message or error' },
        since: { type: 'string', description: 'Created at or after: an ISO date, or a time span such as “2 days ago”' },
        limit: { type: 'integer', minimum: 1, maximum: maxJobs, description: 'Default: 20' },
      },
    },
    changes: false,
    idempotent: true,
    async run(input, { client, now }) {
      const { jobs, total } = await client.list({
        status: optionalText(input, 'status'),
        type: optionalText(input, 'type'),
        q: optionalText(input, 'text'),
        since: optionalText(input, 'since'),
        limit: count(input, 'limit', 20, maxJobs),
      });
      if (jobs.length === 0) return 'No matching jobs.';
      const more = total > jobs.length ? [`… ${total - jobs.length} more; narrow the filter or raise the limit.`] : [];
      return [untrusted(jobs.map((job) => jobLine(job, now)).join('\n')), ...more].join('\n');
    },
  },
  {
    name: 'get_job',
    title: toolTitles.get_job,
    description:
      'Returns the details of a job: status, progress, times, command, working directory, exit code, error with a hint and the last output, steps, and the latest timeline entries. Use it to find out the progress of a job or why it failed.',
    inputSchema: { type: 'object', properties: jobId, required: ['id'] },
    changes: false,
    idempotent: true,
    async run(input, { client, now }) {
      return untrusted(jobText(await client.get(await idOf(input, client), { resources: true }), now));
    },
  },
  {
    name: 'get_job_log',
    title: toolTitles.get_job_log,
    description: 'Returns the last lines of a job’s output (stdout and stderr) as plain text.',
    inputSchema: {
      type: 'object',
      properties: {
        ...jobId,
        lines: {
          type: 'integer',
          minimum: 1,
          maximum: maxLines,
          description: 'Number of lines. Default: 100',
        },
        attempt: { type: 'integer', minimum: 1, description: 'Number of the attempt. Default: the latest' },
      },
      required: ['id'],
    },
    changes: false,
    idempotent: true,
    async run(input, { client }) {
      const id = await idOf(input, client);
      const lines = count(input, 'lines', 100, maxLines);
      const attempt = input.attempt == null ? (await client.get(id)).attempt : count(input, 'attempt', 1, 1_000_000);
      if (attempt === 0) return 'No output: the job has not started yet.';
      const { bytes, offset, ended } = await client.readLog(id, attempt, { offset: -tailBytes });
      const all = plainText(new TextDecoder().decode(bytes)).trimEnd().split('\n');
      const shown = all.slice(-lines);
      if (shown.join('') === '') return ended ? 'The job wrote no output.' : 'No output yet.';
      const isCut = offset > 0 || shown.length < all.length;
      return [...(isCut ? ['Earlier output is omitted.'] : []), untrusted(shown.join('\n'))].join('\n');
    },
  },
  {
    name: 'run_job',
    title: toolTitles.run_job,
    description:
      'Starts a shell command as a background job and returns its ID immediately. The job keeps running after this conversation or the editor is closed. Use it for long-running commands, and get_job or get_job_log to check on them.',
    inputSchema: {
      type: 'object',
      properties: {
        command: { type: 'string', description: 'Shell command line' },
        folder: { type: 'string', description: 'Working directory. Default: the workspace folder' },
        title: { type: 'string', description: 'Title to display' },
        type: { type: 'string', description: 'Kind of job, such as build; groups history and statistics' },
        queue: { type: 'string', description: 'Queue' },
      },
      required: ['command'],
    },
    changes: true,
    idempotent: false,
    question: (input, t) => t('Run “{0}” as a job?', visibleText(String(input.command))),
    async run(input, { client, folder, env, process: settings, now }) {
      const { job } = await client.submitOnce({
        command: { shell: text(input, 'command') },
        cwd: resolve(folder, optionalText(input, 'folder') ?? '.'),
        title: optionalText(input, 'title'),
        type: optionalText(input, 'type'),
        queue: optionalText(input, 'queue'),
        workspace: folder,
        env,
        process: settings,
      });
      return `Started job ${job.id}.\n${untrusted(jobLine(job, now))}`;
    },
  },
  {
    name: 'cancel_job',
    title: toolTitles.cancel_job,
    description:
      'Cancels a job: asks it to stop, and kills it after a grace period of some seconds. A waiting job never starts.',
    inputSchema: { type: 'object', properties: jobId, required: ['id'] },
    changes: true,
    idempotent: true,
    question: (input, t) => t('Cancel the job {0}?', visibleText(String(input.id))),
    async run(input, { client, now }) {
      return untrusted(jobLine(await client.cancel(await idOf(input, client)), now));
    },
  },
  {
    name: 'retry_job',
    title: toolTitles.retry_job,
    description:
      'Runs a finished job again as a new attempt, with the same command, working directory and environment. Earlier attempts and their logs are kept.',
    inputSchema: { type: 'object', properties: jobId, required: ['id'] },
    changes: true,
    idempotent: false,
    question: (input, t) => t('Run the job {0} again?', visibleText(String(input.id))),
    async run(input, { client, now }) {
      const job = await client.retry(await idOf(input, client));
      const notice = retryNotice(job);
      return [untrusted(jobLine(job, now)), ...(notice === null ? [] : [notice.message])].join('\n');
    },
  },
];

/**
 * Hints about a tool for MCP clients. A command can do anything, and so can the retry of one. All hints are given, because
 * the default of each is the worst.
 */
export function toolAnnotations({ title, changes, idempotent }: AgentTool) {
  return {
    title,
    readOnlyHint: !changes,
    destructiveHint: changes,
    idempotentHint: idempotent,
    openWorldHint: changes,
  };
}

/** An error as text for the model, with a hint. Its message can contain text of jobs. */
export function toolError(error: unknown): string {
  if (!(error instanceof JobdeckError)) {
    return `The tool failed.\n${untrusted(error instanceof Error ? error.message : String(error))}`;
  }
  const { code, message, hint } = error;
  if (code === 'JOB_NOT_FOUND') return `${code}. Call list_jobs to find IDs.\n${untrusted(message)}`;
  return `${code}.\n${untrusted(hint === null ? message : `${message}\n${hint}`)}`;
}
