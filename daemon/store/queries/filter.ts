/** The filter of a list as one query of the full-text index, which also has the facets. */

import { isSkipped } from '../../../shared/isoTime.ts';
import type { JobStatus } from '../../../shared/job.ts';
import { listProblem } from '../../../shared/messages/lists.ts';
import type { ListQuery } from '../../../shared/protocol.ts';
import { jobStatuses, priorities, triggers } from '../../../shared/vocabulary.ts';
import { parseWhen } from '../../../shared/when.ts';
import { positionsPerMs } from '../schema/searchStep.ts';
import type { Statements } from '../statements.ts';
import { wordsExpression } from './words.ts';

/** A facet and its selected values. */
export interface Facet {
  name: string;
  values: readonly string[];
}

/** A job has to have any of these values. Only tags can be several of them. */
export type Wanted = readonly Facet[];

export interface Filter {
  wanted: readonly Wanted[];
  /** The free text as an expression, or null. */
  words: string | null;
  /** Positions in the order of creation: from this one, and before that one. */
  from: number;
  before: number;
  /** End times from one millisecond and before another; null for any end time and for active jobs. */
  ended: { from: number; before: number } | null;
}

/** Fields whose values are names, and their facets. */
const single = [
  ['type', 'type'],
  ['engine', 'engine'],
  ['connection', 'connection'],
  ['queue', 'queue'],
  ['parent', 'parent_id'],
  ['schedule', 'schedule_id'],
  ['workspace', 'workspace'],
  ['createdBy', 'created_by'],
  ['tag', 'tag'],
] as const;

/** States that are parts of a status, with that status. */
const states: Readonly<Record<string, JobStatus>> = { paused: 'running', held: 'waiting' };

/** Other names of values. */
const aliases: Readonly<Record<string, string>> = { backfill: 'retrospective' };

const lists = {
  status: [...jobStatuses, ...Object.keys(states)],
  trigger: [...triggers, 'backfill'],
  priority: priorities,
} as const;

/**
 * Parses the filter of a query; words such as `yesterday` are relative to `now`.
 * @throws JobdeckError INVALID_REQUEST with the allowed values
 */
export function readFilter(query: ListQuery, now: number): Filter {
  const wanted: Wanted[] = [];
  for (const name of ['status', 'trigger', 'priority'] as const) {
    const text = query[name];
    if (text === undefined) continue;
    const values = parseList(name, lists[name], text);
    if (name === 'status') wanted.push(withStates(values));
    else wanted.push([{ name, values: [...new Set(values.map((value) => aliases[value] ?? value))] }]);
  }
  for (const [name, facet] of single) {
    const value = query[name];
    if (value !== undefined) wanted.push([{ name: facet, values: [...new Set([value].flat())] }]);
  }
  const { since, until, endedSince, endedUntil, q } = query;
  return {
    wanted,
    words: q === undefined ? null : wordsExpression(q),
    from: since === undefined ? 0 : parseTime('since', since, now).from * positionsPerMs,
    before: until === undefined ? Number.MAX_SAFE_INTEGER : parseTime('until', until, now).to * positionsPerMs,
    ended:
      endedSince === undefined && endedUntil === undefined
        ? null
        : {
            from: endedSince === undefined ? 0 : parseTime('endedSince', endedSince, now).from,
            before:
              endedUntil === undefined ? Number.MAX_SAFE_INTEGER : endOf(parseTime('endedUntil', endedUntil, now)),
          },
  };
}

/** Statuses and states as facets. A state is left out beside the status it is a part of. */
function withStates(words: readonly string[]): Wanted {
  const isState = (word: string) => Object.hasOwn(states, word);
  const facets = [
    { name: 'status', values: words.filter((word) => !isState(word)) },
    { name: 'state', values: words.filter((word) => isState(word) && !words.includes(states[word] ?? '')) },
  ];
  return facets.filter(({ values }) => values.length > 0);
}

/** The distinct values of a comma-separated list. */
function parseList(name: string, known: readonly string[], text: string): string[] {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    throw listProblem('INVALID_REQUEST/filterValue', { field: name, value: unknown, values: known.join(', ') });
  }
  return [...new Set(words)];
}

/** The end of a range includes the given moment or day. */
function endOf({ from, to }: { from: number; to: number }): number {
  return from === to ? to + 1 : to;
}

/**
 * Parses a time of a query.
 * @throws JobdeckError INVALID_REQUEST if it is not valid
 */
export function parseTime(name: string, text: string, now: number): { from: number; to: number } {
  const when = parseWhen(text, now);
  if (when) return when;
  if (isSkipped(text)) throw listProblem('INVALID_REQUEST/skippedTime', { text });
  throw listProblem('INVALID_REQUEST/time', { field: name, text });
}

/** The filter's expression for the full-text index; null if everything matches, undefined if nothing can. */
export function matchOf(sql: Statements, filter: Filter): string | null | undefined {
  const parts: string[] = [];
  const statement = sql.get(
    'SELECT id FROM facets WHERE name = ? AND value IN (SELECT value FROM json_each(?)) AND jobs > 0',
  );
  for (const facets of filter.wanted) {
    const ids = facets.flatMap(({ name, values }) => statement.pluck().all(name, JSON.stringify(values)) as number[]);
    if (ids.length === 0) return undefined;
    parts.push(`facets : (${ids.map((id) => `f${id}`).join(' OR ')})`);
  }
  if (filter.words !== null) parts.push(filter.words);
  return parts.length === 0 ? null : parts.map((part) => `(${part})`).join(' AND ');
}

/** The condition on a job to have a value that is wanted, and its parameters. */
export function conditionOf(wanted: Wanted): { sql: string; parameters: string[] } {
  const alternatives = wanted.map(({ name, values }) => {
    const list = values.map(() => '?').join(', ');
    // Without an index of the column, which would lead SQLite away from the order that is wanted.
    return name === 'tag' ? `EXISTS (SELECT 1 FROM json_each(tags) WHERE value IN (${list}))` : `+${name} IN (${list})`;
  });
  return { sql: `(${alternatives.join(' OR ')})`, parameters: wanted.flatMap(({ values }) => [...values]) };
}
