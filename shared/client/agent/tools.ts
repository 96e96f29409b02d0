/** What an agent may do with jobs: the same tools as language-model tools of the editor and over MCP. */
import { resolve } from 'node:path';
import { JobdeckError } from '../../errors.ts';
import type { JobStatus } from '../../job.ts';
import { plainText } from '../../terminal/plainText.ts';
import { type Translate, texts } from '../../translate.ts';
import type { DaemonClient } from '../http.ts';
import { count, optionalText, type ToolInput, text } from './input.ts';
import { jobLine, jobText } from './texts.ts';

/** What tools need of the daemon. */
export type ToolClient = Pick<DaemonClient, 'list' | 'get' | 'readLog' | 'submitOnce' | 'cancel' | 'retry'>;

export interface ToolContext {
  client: ToolClient;
  now: number;
  /** Where jobs run that name no folder, and what relative ones are relative to. */
  folder: string;
  /** The environment of jobs that are started; the daemon's own without it. */
  env?: Record<string, string>;
}

export interface AgentTool {
  /** `{verb}_{noun}`. */
  readonly name: keyof typeof toolTitles;
  readonly title: string;
  /** For the model: what it does, when to use it, what it answers. */
  readonly description: string;
  /** JSON Schema of its input. */
  readonly inputSchema: { type: 'object'; properties: Record<string, object>; required?: string[] };
  /** It changes something: people are asked first. */
  readonly changes: boolean;
  /** What people are asked before it is done, in a sentence. */
  question?(input: ToolInput, t: Translate): string;
  /** Its answer, as text for the model. @throws JobdeckError */
  run(input: ToolInput, context: ToolContext): Promise<string>;
}

const mostJobs = 100;
const mostLines = 500;
/** Bytes of a log's end that are read for its last lines. */
const tailBytes = 128 * 1024;

/** Their names for people, who are asked by them. */
export const toolTitles = texts({
  list_jobs: 'List jobs',
  get_job: 'Get job',
  get_job_log: 'Get job log',
  run_job: 'Run job',
  cancel_job: 'Cancel job',
  retry_job: 'Retry job',
});

const jobId = { id: { type: 'string', description: 'Id of the job, as list_jobs tells it' } };

const statuses: readonly JobStatus[] = ['pending', 'waiting', 'running', 'completed', 'failed', 'cancelled', 'lost'];

export const agentTools: readonly AgentTool[] = [
  {
    name: 'list_jobs',
    title: toolTitles.list_jobs,
    description:
      'Lists background jobs (builds, test runs, trainings, imports, migrations) that Jobdeck runs or tracks, newest first, a line each: id, title, type, status, progress, error code, age. Use it to find out what is running, waiting or has failed.',
    inputSchema: {
      type: 'object',
      properties: {
        status: { type: 'string', description: `One or several of ${statuses.join(', ')}, separated by commas` },
        type: { type: 'string', description: 'Kind of job, such as build' },
        text: { type: 'string', description: 'Words in title, command, message or error' },
        since: { type: 'string', description: 'Created since: an ISO date, or such as “2 days ago”' },
        limit: { type: 'integer', minimum: 1, maximum: mostJobs, description: '20 unless given' },
      },
    },
    changes: false,
    async run(input, { client, now }) {
      const { jobs, total } = await client.list({
        status: optionalText(input, 'status'),
        type: optionalText(input, 'type'),
        q: optionalText(input, 'text'),
        since: optionalText(input, 'since'),
        limit: count(input, 'limit', 20, mostJobs),
      });
      if (jobs.length === 0) return 'No job matches.';
      const more = total > jobs.length ? [`… ${total - jobs.length} more; narrow the filter or raise the limit.`] : [];
      return [...jobs.map((job) => jobLine(job, now)), ...more].join('\n');
    },
  },
  {
    name: 'get_job',
    title: toolTitles.get_job,
    description:
      'Tells everything about one job: status, progress, times, command, folder, exit code, the error with a hint what to do and the last output, steps, and the latest entries of its timeline. Use it to answer how far a job is or why it failed.',
    inputSchema: { type: 'object', properties: jobId, required: ['id'] },
    changes: false,
    async run(input, { client, now }) {
      return jobText(await client.get(text(input, 'id'), { resources: true }), now);
    },
  },
  {
    name: 'get_job_log',
    title: toolTitles.get_job_log,
    description: 'Reads the last lines of a job’s output (stdout and stderr together), as plain text.',
    inputSchema: {
      type: 'object',
      properties: {
        ...jobId,
        lines: {
          type: 'integer',
          minimum: 1,
          maximum: mostLines,
          description: 'How many of the last lines; 100 unless given',
        },
        attempt: { type: 'integer', minimum: 1, description: 'Number of the attempt; the latest unless given' },
      },
      required: ['id'],
    },
    changes: false,
    async run(input, { client }) {
      const id = text(input, 'id');
      const lines = count(input, 'lines', 100, mostLines);
      const attempt = input.attempt == null ? (await client.get(id)).attempt : count(input, 'attempt', 1, 1_000_000);
      if (attempt === 0) return 'It has no output: it has not started yet.';
      const { bytes, offset, ended } = await client.readLog(id, attempt, { offset: -tailBytes });
      const all = plainText(new TextDecoder().decode(bytes)).trimEnd().split('\n');
      const shown = all.slice(-lines);
      if (shown.join('') === '') return ended ? 'It wrote no output.' : 'It has written no output yet.';
      const isCut = offset > 0 || shown.length < all.length;
      return [...(isCut ? ['(what comes before is left out)'] : []), ...shown].join('\n');
    },
  },
  {
    name: 'run_job',
    title: toolTitles.run_job,
    description:
      'Starts a shell command as a background job and answers with its id at once, without waiting for its end. It goes on when this conversation or the editor ends. Use it for what takes long; ask get_job or get_job_log afterwards.',
    inputSchema: {
      type: 'object',
      properties: {
        command: { type: 'string', description: 'One line for the shell' },
        folder: { type: 'string', description: 'Where it runs; the workspace’s folder unless given' },
        title: { type: 'string', description: 'Name to show' },
        type: { type: 'string', description: 'Kind of job, such as build; groups history' },
        queue: { type: 'string', description: 'Queue to wait in for its turn' },
      },
      required: ['command'],
    },
    changes: true,
    question: (input, t) => t('Run “{0}” as a job?', String(input.command)),
    async run(input, { client, folder, env, now }) {
      const { job } = await client.submitOnce({
        command: { shell: text(input, 'command') },
        cwd: resolve(folder, optionalText(input, 'folder') ?? '.'),
        title: optionalText(input, 'title'),
        type: optionalText(input, 'type'),
        queue: optionalText(input, 'queue'),
        workspace: folder,
        env,
      });
      return `Started.\n${jobLine(job, now)}`;
    },
  },
  {
    name: 'cancel_job',
    title: toolTitles.cancel_job,
    description: 'Asks a job to stop; it is killed when it does not within seconds. A waiting job never starts.',
    inputSchema: { type: 'object', properties: jobId, required: ['id'] },
    changes: true,
    question: (input, t) => t('Cancel the job {0}?', String(input.id)),
    async run(input, { client, now }) {
      return jobLine(await client.cancel(text(input, 'id')), now);
    },
  },
  {
    name: 'retry_job',
    title: toolTitles.retry_job,
    description:
      'Runs a job that has ended again, as another attempt of the same job: same command, folder and environment. Earlier attempts and their logs stay.',
    inputSchema: { type: 'object', properties: jobId, required: ['id'] },
    changes: true,
    question: (input, t) => t('Run the job {0} again?', String(input.id)),
    async run(input, { client, now }) {
      return jobLine(await client.retry(text(input, 'id')), now);
    },
  },
];

/** An error as text for the model: what is wrong and what it can do. */
export function toolError(error: unknown): string {
  if (!(error instanceof JobdeckError)) return `It failed: ${error instanceof Error ? error.message : String(error)}`;
  const hint = error.code === 'JOB_NOT_FOUND' ? 'Call list_jobs to see the ids there are.' : error.hint;
  return [`${error.code}: ${error.message}`, hint ?? ''].join(' ').trim();
}
