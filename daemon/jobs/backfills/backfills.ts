/** The command that starts a backfill: a group with a job for each interval of a range, all in one transaction. */
import { homedir } from 'node:os';
import type { BackfillReply, BackfillRequest, Interval } from '../../../shared/backfill.ts';
import { type DateRangeFormat, dateRangeFormat } from '../../../shared/dateRange.ts';
import { backfillProblem } from '../../../shared/messages/backfills.ts';
import type { JobTemplate } from '../../../shared/schedule.ts';
import type { Clock } from '../../clock.ts';
import { checkPattern } from '../../progress/pattern.ts';
import { type Range, rangeOf, type Span } from '../../scheduling/intervals.ts';
import type { Store } from '../../store/store.ts';
import type { Tx } from '../../store/tx.ts';
import { createGroup, joinGroup } from '../groups/membership.ts';
import { timeline } from '../life/timeline.ts';
import type { BackfillCommands } from '../ports.ts';
import { existingQueue } from '../queues/queue.ts';
import { checkCommand, checkCwd, checkEnvironment } from '../submission/checks.ts';
import { defaultTitle, defaultType } from '../submission/defaults.ts';
import { insertJob } from '../submission/insertJob.ts';
import { waitingForSlot } from '../waiting/slots.ts';
import type { Writer } from '../writer.ts';
import { fillIn, fillInTemplate, hasPlaceholders, leaveOut, rangeWords } from './placeholders.ts';

/** Maximum number of intervals in the reply. */
const maxIntervals = 100;

export interface BackfillsDeps {
  store: Store;
  writer: Writer;
  clock: Clock;
}

export class Backfills implements BackfillCommands {
  readonly #deps: BackfillsDeps;

  constructor(deps: BackfillsDeps) {
    this.#deps = deps;
  }

  async start(request: BackfillRequest): Promise<BackfillReply> {
    const { writer, store } = this.#deps;
    const range = rangeOf(request);
    const spans = request.order === 'newest' ? range.intervals.toReversed() : range.intervals;
    const dates = dateRangeFormat({ timeZone: range.zone.name });
    const jobs = spans.map((span) => ({ span, template: templateOf(request, span, range, dates) }));
    await this.#check(
      request,
      jobs.map(({ template }) => template),
    );
    const reply = {
      count: spans.length,
      range: toInterval(range),
      intervals: spans.slice(0, maxIntervals).map(toInterval),
    };
    if (request.dryRun === true) return { group: null, ...reply };
    const id = await writer.write((tx) => this.#insert(tx, request, range, dates, jobs));
    return { group: store.detail(id), ...reply };
  }

  /** Checks the request before anything is written, also for a dry run. */
  async #check({ job }: BackfillRequest, templates: readonly JobTemplate[]): Promise<void> {
    for (const { command } of templates) checkCommand(command);
    checkEnvironment(job.env);
    if (job.outputProgress) checkPattern(job.outputProgress.pattern);
    if (job.queue !== undefined) {
      const { queue } = job;
      this.#deps.store.read((rows) => existingQueue(rows, queue));
    }
    for (const cwd of new Set(templates.map((template) => template.cwd ?? homedir()))) await checkCwd(cwd);
  }

  /** Inserts the jobs in the order in which they are to run, with their group if it is new. Returns the group's ID. */
  #insert(
    tx: Tx,
    request: BackfillRequest,
    range: Range,
    dates: DateRangeFormat,
    jobs: { span: Span; template: JobTemplate }[],
  ): string {
    const now = this.#deps.clock.now();
    const { concurrency: groupConcurrency = 1 } = request;
    const { group, workspace, createdBy, env, process: settings } = request.job;
    const facts = { trigger: 'retrospective', workspace, createdBy } as const;
    // The jobs share one environment and process settings, because ten thousand copies would fill the disk; see `launchOf`.
    const isNew = group === undefined;
    const parentId = isNew
      ? createGroup(tx, { ...facts, title: groupTitle(request, range, dates), groupConcurrency }, now, {
          env,
          process: settings,
        })
      : joinGroup(tx, { ...facts, group, groupConcurrency }, now).parentId;
    if (parentId === null) throw backfillProblem('INTERNAL/backfillGroup');
    const context = { from: request.from, to: request.to, every: request.every, timezone: range.zone.name };
    tx.addEvent(parentId, { ...timeline.backfill(jobs.length, toInterval(range), context), at: now, attempt: null });
    // `settle` would set the same values, but write each job a second time.
    const waits = waitingForSlot(groupConcurrency);
    for (const { span, template } of jobs) {
      const { group: _, env: own, process: ownProcess, ...rest } = template;
      const submitted = {
        ...rest,
        trigger: 'retrospective' as const,
        ...(isNew ? {} : { env: own, process: ownProcess }),
      };
      insertJob(tx, submitted, this.#deps.clock.now(), {
        ...waits,
        parentId,
        rangeStart: span.start,
        rangeEnd: span.end,
      });
    }
    return parentId;
  }
}

/** The template of the job of an interval. The jobs have different titles, but the same type. */
function templateOf({ job }: BackfillRequest, span: Span, { zone }: Range, dates: DateRangeFormat): JobTemplate {
  const filled = fillInTemplate(job, rangeWords(span, zone));
  const own = job.title ?? defaultTitle(job.command);
  const title = hasPlaceholders(own) ? (filled.title ?? defaultTitle(filled.command)) : `${own} · ${dates.name(span)}`;
  return { ...filled, title, type: job.type ?? defaultType(job.command) };
}

/** The title of the group: its own, or the title of its jobs with the whole range. Dates in titles are in English. */
function groupTitle({ title, job }: BackfillRequest, range: Range, dates: DateRangeFormat): string {
  if (title !== undefined) return fillIn(title, rangeWords(range, range.zone));
  return `${leaveOut(job.title ?? defaultTitle(job.command))} · ${dates.text(range)}`;
}

function toInterval({ start, end }: Span): Interval {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}
