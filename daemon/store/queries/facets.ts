/** The values that jobs can be filtered by, with their number of jobs, as the triggers of the search maintain them. */
import type { Facets } from '../../../shared/protocol.ts';
import { facetNames } from '../../../shared/wire.ts';
import type { Statements } from '../statements.ts';

/** Maximum number of values per facet; the most frequent are returned. */
const mostValues = 200;

/** The values in use, most jobs first. */
export function readFacets(sql: Statements): Facets {
  const statement = sql.get(
    'SELECT value, jobs FROM facets WHERE name = ? AND jobs > 0 ORDER BY jobs DESC, value LIMIT ?',
  );
  const entries = facetNames.map((name) => [name, statement.all(name, mostValues)]);
  return Object.fromEntries(entries) as Facets;
}
