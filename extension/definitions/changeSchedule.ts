/** Changes the schedule of a job in the text of a definition file. */
import { applyEdits, findNodeAtLocation, getNodeValue, modify, type Node, parseTree } from 'jsonc-parser';
import { parseDefinitions, problemLineMessage } from '../../shared/definitions/parse.ts';
import type { Message } from '../../shared/messages/schema.ts';
import type { Overlap } from '../../shared/schedule.ts';
import { formattingOf } from './addJob.ts';

/** What a schedule is to be. */
export interface NewSchedule {
  readonly cron: string;
  readonly overlap: Overlap;
  /** Null for that of the machine. Undefined: as it is. */
  readonly timezone?: string | null | undefined;
  /** The queue of the job. Undefined: as it is. */
  readonly queue?: string | undefined;
}

/**
 * Sets or removes (null) the schedule of a job and keeps comments and layout. Returns the offset of the job, or a `problem`
 * if the file is not valid JSON. The text stays as it is if there is no such job.
 */
export function changeSchedule(
  text: string,
  name: string,
  schedule: NewSchedule | null,
): { text: string; offset: number } | { problem: Message } {
  const { definitions, problems } = parseDefinitions(text, { workspace: true });
  const [problem] = problems;
  if (definitions === null && problem !== undefined) return { problem: problemLineMessage(problem) };
  if (find(text, ['jobs', name]) === undefined) return { text, offset: 0 };
  const changes = schedule === null ? [{ at: ['schedule'], value: undefined }] : changesTo(text, name, schedule);
  const formattingOptions = formattingOf(text);
  const after = changes.reduce(
    (all, { at, value }) => applyEdits(all, modify(all, ['jobs', name, ...at], value, { formattingOptions })),
    text,
  );
  return { text: after, offset: find(after, ['jobs', name])?.parent?.offset ?? 0 };
}

/** Only what differs, so that the layout and the comments of the rest stay. */
function changesTo(
  text: string,
  name: string,
  { cron, overlap, timezone, queue }: NewSchedule,
): { at: string[]; value: unknown }[] {
  const now = find(text, ['jobs', name, 'schedule']);
  const before: unknown = now && getNodeValue(now);
  const isObject = now?.type === 'object';
  const known = isObject ? (before as { cron?: unknown; overlap?: unknown; timezone?: unknown }) : { cron: before };
  const zone = timezone ?? undefined;
  const queueNow = find(text, ['jobs', name, 'queue'])?.value ?? 'default';
  const ofQueue = queue === undefined || queue === queueNow ? [] : [{ at: ['queue'], value: queue }];
  if (!isObject) {
    const options = { ...(zone === undefined ? {} : { timezone: zone }), ...(overlap === 'skip' ? {} : { overlap }) };
    const value = Object.keys(options).length === 0 ? cron : { cron, ...options };
    return [...(value === before ? [] : [{ at: ['schedule'], value }]), ...ofQueue];
  }
  return [
    ...(known.cron === cron ? [] : [{ at: ['schedule', 'cron'], value: cron }]),
    ...(timezone === undefined || known.timezone === zone ? [] : [{ at: ['schedule', 'timezone'], value: zone }]),
    ...((known.overlap ?? 'skip') === overlap ? [] : [{ at: ['schedule', 'overlap'], value: overlap }]),
    ...ofQueue,
  ];
}

function find(text: string, path: string[]): Node | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return root && findNodeAtLocation(root, path);
}
