/** Tables of messages by code, with typed parameters. */
import { type ErrorCode, JobdeckError } from '../errors.ts';
import { untranslated } from '../translate.ts';
import type { Message, Problem } from './schema.ts';
import { englishForm, fillTemplate, type Params, type ParamsOf, type Template } from './template.ts';

/** `[]` if there are no parameters. */
type Arguments<P> = keyof P extends never ? [] : [params: P];

export type MessageTable = Readonly<Record<string, Template>>;

/** A table of messages, and a function that creates them: `say('job.started', { pid })`. */
export interface Messages<T extends MessageTable> {
  <K extends keyof T & string>(code: K, ...params: Arguments<ParamsOf<T[K]>>): Message;
  readonly table: T;
}

/** Defines messages. The English text is the template; `npm run l10n` collects it by its code. */
export function defineMessages<const T extends MessageTable>(table: T): Messages<T> {
  const render = (code: string, params: Params): Message => ({
    code,
    params,
    message: english(table[code] ?? code, params),
  });
  // Every frame of the change feed carries reasons of many jobs. Most of them have no parameters.
  const withoutParams = new Map<string, Message>();
  const make = (code: string, params?: Params): Message => {
    if (params !== undefined) return render(code, params);
    const known = withoutParams.get(code) ?? render(code, {});
    withoutParams.set(code, known);
    return known;
  };
  return Object.assign(make, { table }) as Messages<T>;
}

/** A problem: what happened and, if known, what to do. */
export interface ProblemEntry {
  readonly message: Template;
  readonly hint?: string;
}
/** By code, or by `CODE/variant` if a code covers several situations. */
export type ProblemTable = { readonly [K in ErrorCode | `${ErrorCode}/${string}`]?: ProblemEntry };

type EntryParams<E> = E extends { message: infer M extends Template; hint: infer H extends string }
  ? ParamsOf<M> & ParamsOf<H>
  : E extends { message: infer M extends Template }
    ? ParamsOf<M>
    : never;

/** A table of problems, and functions that create errors and problems. */
export interface Problems<T> {
  /** Creates an error to throw. */
  <K extends keyof T & string>(id: K, ...params: Arguments<EntryParams<T[K]>>): JobdeckError;
  /** Creates a problem as data, to record instead of throwing. */
  problem<K extends keyof T & string>(id: K, ...params: Arguments<EntryParams<T[K]>>): Problem;
  readonly table: T;
}

/** Defines problems. */
export function defineProblems<const T extends ProblemTable>(table: T): Problems<T> {
  const entries = table as Readonly<Record<string, ProblemEntry>>;
  const problem = (id: string, params: Params = {}): Problem => {
    const [code = id, variant] = id.split('/');
    const { message, hint } = entries[id] ?? { message: id };
    return {
      code,
      ...(variant === undefined ? {} : { variant }),
      params,
      message: english(message, params),
      hint: hint === undefined ? null : english(hint, params),
    };
  };
  const error = (id: string, params?: Params) => new JobdeckError(problem(id, params));
  return Object.assign(error, { problem, table }) as Problems<T>;
}

/** Text without a code, written by a program or another system. It is shown unchanged. */
export function plainMessage(text: string): Message {
  return { code: 'text', params: {}, message: text };
}

function english(template: Template, params: Params): string {
  return fillTemplate(englishForm(template, params), params, untranslated, ({ message }) => message);
}
