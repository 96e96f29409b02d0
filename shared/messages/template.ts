/**
 * Templates of messages: text with `{name}` for a value, or `{name:duration}` for one that is written in the reader's
 * language. A template that depends on a number has two forms, chosen by the parameter `count`.
 */
import { formatBytes, formatDuration } from '../format.ts';
import { type Translate, texts } from '../translate.ts';
import type { Message } from './schema.ts';

/** How a value is written: the type it must have. */
interface Formats {
  /** Milliseconds. */
  duration: number;
  bytes: number;
  /** With separators, as in 10,000. */
  number: number;
  /** A status of a job, such as `failed`. */
  status: string;
}

/** A value of a message. */
export type Param = string | number | Message;
export type Params = Readonly<Record<string, unknown>>;

/** A template for one and for any other `count`; languages with more forms choose by Intl.PluralRules. */
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

/** How deep messages may stand in one another; data from elsewhere can't make it deeper. */
const deepest = 4;

/** Fills in a template; `write` makes text of a message that is a value. */
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
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    return isMessage(value) && depth < deepest ? write(value, depth + 1) : hole;
  });
}

/** The form of a template for these values, in English. */
export function englishForm(template: Template, params: Params): string {
  if (typeof template === 'string') return template;
  return params.count === 1 ? template.one : template.other;
}

export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value && 'params' in value;
}
