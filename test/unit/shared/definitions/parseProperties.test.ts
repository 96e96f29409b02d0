import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseDefinitions } from '../../../../shared/definitions/parse.ts';

const fields = [
  'label',
  'command',
  'cwd',
  'env',
  'retry',
  'progress',
  'pattern',
  'schedule',
  'cron',
  'inputs',
  'links',
  'id',
];
/** Values that resemble a definition. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('make', '30m', '${input:a}', '${x', '(?<percent>', '', null, 0, 1, -1, true, false),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string()), tie('value'), { maxKeys: 4 }),
  ),
}));
const files = fc.oneof(
  fc.string(),
  fc.record({ jobs: fc.dictionary(fc.string({ minLength: 1 }), value) }).map((one) => JSON.stringify(one, null, 2)),
  fc
    .record({ jobs: fc.record({ a: value }), queues: fc.record({ q: value }) })
    .chain((one) => fc.nat(200).map((cut) => JSON.stringify(one, null, 1).slice(0, -cut - 1))),
);

describe('parsing a definition file', () => {
  it('returns definitions, or problems with a position, for any text', () => {
    fc.assert(
      fc.property(files, fc.boolean(), (text, workspace) => {
        const { definitions, problems } = parseDefinitions(text, { workspace });
        if (definitions === null) assert.ok(problems.length > 0);
        else assert.deepEqual(parseDefinitions(JSON.stringify(definitions), { workspace }).problems, []);
        const lines = text.split(/\r\n|\r|\n/);
        for (const { line, column, message } of problems) {
          assert.ok(
            line >= 1 && column >= 1 && column <= (lines[line - 1]?.length ?? -1) + 1,
            `${line}:${column} of ${text}`,
          );
          assert.match(message, /[.?]$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
