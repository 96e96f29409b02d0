import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { parseDefinitions } from '../../../../shared/definitions/parse.ts';
import { jsonSchema } from '../../../../shared/definitions/schema.ts';

/** Keywords that the JSON language service of VS Code supports: those of draft 7 and its own. */
const keywords = new Set(
  'type enum const properties patternProperties additionalProperties required items anyOf minItems maxItems minLength maxLength pattern minimum maximum exclusiveMinimum description'
    .split(' ')
    .concat('markdownDescription', 'patternErrorMessage', 'not', 'errorMessage', 'doNotSuggest'),
);
const ofWhole = new Set(['$schema', 'title', 'allowComments', 'allowTrailingCommas']);

type Schema = Record<string, unknown>;
/** All nested schemas with their paths. */
function all(schema: Schema, place = '#'): [string, Schema][] {
  const below = ['properties', 'patternProperties'].flatMap((word) =>
    Object.entries((schema[word] ?? {}) as Record<string, Schema>).flatMap(([name, one]) =>
      all(one, `${place}/${name}`),
    ),
  );
  const choices = (schema.anyOf ?? []) as Schema[];
  const items = schema.items === undefined ? [] : all(schema.items as Schema, `${place}[]`);
  return [[place, schema], ...below, ...items, ...choices.flatMap((one, index) => all(one, `${place}|${index}`))];
}

describe('the schema of definition files', () => {
  const schema = jsonSchema();
  const schemas = all(schema);

  it('is draft 7, and uses only keywords that VS Code supports', () => {
    assert.equal(schema.$schema, 'http://json-schema.org/draft-07/schema#');
    for (const [place, one] of schemas) {
      const unknown = Object.keys(one).filter((word) => !keywords.has(word) && !(place === '#' && ofWhole.has(word)));
      assert.deepEqual(unknown, [], place);
      for (const pattern of [one.pattern, ...Object.keys((one.patternProperties ?? {}) as object)]) {
        if (typeof pattern === 'string') new RegExp(pattern, 'u');
      }
    }
  });

  it('has a description of every field of a job and a queue', () => {
    const fields = schemas.filter(([place]) => /^#\/(jobs|queues)\/[^/]+\/[^/|[]+$/.test(place));
    assert.ok(fields.length >= 25, String(fields.length));
    for (const [place, one] of fields) assert.equal(typeof one.markdownDescription, 'string', place);
  });

  it('contains every field of a definition', () => {
    const jobs = schemas.find(([place]) => /^#\/jobs\/[^/]+$/.test(place))?.[1];
    const fields =
      'label icon color command cwd env queue priority tags timeLimit stopSignal retry group phases progress schedule backfill links notifications messages inputs metadata';
    const properties = Object.entries(jobs?.properties as Record<string, Schema>);
    const allowed = properties.filter(([, { not }]) => not === undefined).map(([name]) => name);
    assert.deepEqual(allowed.sort(), fields.split(' ').sort());
  });

  it('says that the name of a job is its type', () => {
    const type = schemas.find(([place]) => /^#\/jobs\/[^/]+\/type$/.test(place))?.[1];
    assert.match(String(type?.errorMessage), /^The name of the job is its type\./);
  });
});

describe('the example in docs/definitions.md', () => {
  it('is valid', () => {
    const page = readFileSync(new URL('../../../../docs/definitions.md', import.meta.url), 'utf8');
    const [, example] = /```jsonc\n([\s\S]*?)```/.exec(page) ?? [];
    const { definitions, problems } = parseDefinitions(example ?? '', { workspace: true });
    assert.deepEqual(problems, []);
    assert.ok(Object.keys(definitions?.jobs ?? {}).length >= 2);
    assert.ok(Object.keys(definitions?.queues ?? {}).length >= 1);
  });
});
