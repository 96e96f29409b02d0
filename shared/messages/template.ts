/**
 * Templates of messages: text with `{name}` for a parameter, or `{name:duration}` to format it in the reader's language.
 * A template with a singular and a plural form chooses one by the parameter `count`.
 */
import { type DateRange, type DateRangeFormat, dateRangeFormat } from '../dateRange.ts';
import { formatBytes, formatDuration } from '../format.ts';
import { type Translate, texts } from '../translate.ts';
import type { Message } from './schema.ts';

/** Formats of parameters, and the types that they require. */
interface Formats {
  /** Milliseconds. */
  duration: number;
  bytes: number;
  /** With separators, as in 10,000. */
  number: number;
  /** A status of a job, such as `failed`. */
  status: string;
  /** A priority, such as `high`. */
  priority: string;
  /** A range of dates, as in `Nov 20 – 22, 2026`, in the reader's time zone. */
  range: DateRange;
}

/** A parameter of a message. */
export type Param = string | number | Message;
export type Params = Readonly<Record<string, unknown>>;

/** Singular and plural by `count`. Translations may have more forms, chosen by Intl.PluralRules. */
export interface Plural {
  readonly one: string;
  readonly other: string;
}
export type Template = string | Plural;

type Holes<T extends string> = T extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;
type NameOf<H extends string> = H extends `${infer Name}:${string}` ? Name : H;
type ValueOf<H extends string> = H extends `${string}:${infer F}`
  ? F extends keyof Formats
    ? Formats[F]
    : never
  : Param;
type ParamsOfText<T extends string> = { [H in Holes<T> as NameOf<H>]: ValueOf<H> };

/** The parameters that a template has. */
export type ParamsOf<T extends Template> = T extends string
  ? ParamsOfText<T>
  : T extends Plural
    ? ParamsOfText<T['other']> & { count: number }
    : never;

const statusNames = texts({
  pending: 'pending',
  waiting: 'waiting',
  running: 'running',
  paused: 'paused',
  cancelling: 'being cancelled',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'lost',
});

const priorityNames = texts({ low: 'low', normal: 'normal', high: 'high', urgent: 'urgent' });

/** By language, because a format is expensive to create. */
const rangeFormats = new Map<string | undefined, DateRangeFormat>();

function rangeText(range: DateRange, language: string | undefined): string {
  const format = rangeFormats.get(language) ?? dateRangeFormat({ language });
  rangeFormats.set(language, format);
  return format.text(range);
}

/** How deeply messages may be nested. Outside data might be nested more deeply. */
const maxDepth = 8;

/** Fills in a template. `write` renders parameters that are messages. */
export function fillTemplate(
  template: string,
  params: Params,
  t: Translate,
  write: (message: Message, depth: number) => string,
  depth = 0,
): string {
  return template.replace(/\{(\w+)(?::(\w+))?\}/g, (hole, name: string, format: string | undefined) => {
    const value = params[name];
    if (typeof value === 'number' && format === 'duration') return formatDuration(value, t);
    if (typeof value === 'number' && format === 'bytes') return formatBytes(value, t);
    if (typeof value === 'number' && format === 'number') return value.toLocaleString(t.language ?? 'en');
    if (typeof value === 'string' && format === 'status')
      return Object.hasOwn(statusNames, value) ? t(statusNames[value as keyof typeof statusNames]) : value;
    if (typeof value === 'string' && format === 'priority')
      return Object.hasOwn(priorityNames, value) ? t(priorityNames[value as keyof typeof priorityNames]) : value;
    if (isRange(value) && format === 'range') return rangeText(value, t.language);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    return isMessage(value) && depth < maxDepth ? write(value, depth + 1) : hole;
  });
}

/** The English form of a template for these parameters. */
export function englishForm(template: Template, params: Params): string {
  if (typeof template === 'string') return template;
  return params.count === 1 ? template.one : template.other;
}

function isRange(value: unknown): value is DateRange {
  if (typeof value !== 'object' || value === null || !('start' in value && 'end' in value)) return false;
  return [value.start, value.end].every((at) => typeof at === 'string' && !Number.isNaN(Date.parse(at)));
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value && 'params' in value;
}
