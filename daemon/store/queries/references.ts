/** Finding the job that a reference of a user means. */
import { referenceProblem } from '../../../shared/messages/references.ts';
import type { Statements } from '../statements.ts';
import { cut } from '../values.ts';

interface Candidate {
  id: string;
  title: string;
}

/** Candidates that an error lists. */
const maxCandidates = 5;
const titleLength = 60;

/**
 * The ID of the job: by its ID, `@` for the latest job and `@n` for the nth latest, the name of a group, a unique prefix
 * of an ID, or a unique title. A prefix of one job that is the title of another one is ambiguous, so that no command
 * applies to the wrong job.
 * @throws JobdeckError JOB_NOT_FOUND, AMBIGUOUS_JOB
 */
export function resolveReference(sql: Statements, ref: string): string {
  const exact = sql.get('SELECT id FROM jobs WHERE id = ?').pluck().get(ref) as string | undefined;
  const id = exact ?? nthLatest(sql, ref) ?? groupNamed(sql, ref);
  if (id !== null) return id;
  const candidates = [...withPrefix(sql, ref), ...withTitle(sql, ref)];
  const [first, ...others] = candidates;
  if (first === undefined) throw referenceProblem('JOB_NOT_FOUND/reference', { ref });
  if (others.every((other) => other.id === first.id)) return first.id;
  throw referenceProblem('AMBIGUOUS_JOB', { ref, candidates: lines(candidates) });
}

/** For `@` and `@n`. Groups are not counted. */
function nthLatest(sql: Statements, ref: string): string | null {
  const match = /^@([1-9]\d{0,3})?$/.exec(ref);
  if (match === null) return null;
  const latest = `SELECT id FROM jobs WHERE engine <> 'group' ORDER BY seq DESC LIMIT 1 OFFSET ?`;
  return (
    (sql
      .get(latest)
      .pluck()
      .get(Number(match[1] ?? 1) - 1) as string | undefined) ?? null
  );
}

function groupNamed(sql: Statements, ref: string): string | null {
  return (sql.get('SELECT id FROM jobs WHERE group_name = ?').pluck().get(ref) as string | undefined) ?? null;
}

function withPrefix(sql: Statements, ref: string): Candidate[] {
  const statement = sql.get('SELECT id, title FROM jobs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
  // IDs are ASCII, so all that begin with the prefix come before this.
  return statement.all(ref, `${ref}\u007f`, maxCandidates + 1) as Candidate[];
}

/** The latest jobs with this title. */
function withTitle(sql: Statements, ref: string): Candidate[] {
  const statement = sql.get('SELECT id, title FROM jobs WHERE title = ? ORDER BY seq DESC LIMIT ?');
  return statement.all(ref, maxCandidates + 1) as Candidate[];
}

/** The candidates, one on each line. */
function lines(candidates: readonly Candidate[]): string {
  const titles = new Map(candidates.map(({ id, title }) => [id, title]));
  const shown = [...titles].slice(0, maxCandidates).map(([id, title]) => `${id} ${cut(title, titleLength)}`);
  return [...shown, ...(titles.size > maxCandidates ? ['…'] : [])].join('\n');
}
