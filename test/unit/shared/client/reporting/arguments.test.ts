import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bound,
  clip,
  newSteps,
  plain,
  progressBody,
  share,
  startBody,
} from '../../../../../shared/client/reporting/arguments.ts';

interface Vector {
  call: keyof typeof calls;
  args: unknown[];
  gives: unknown;
}

const calls = {
  progress: (current?: unknown, total?: unknown, message?: unknown) => progressBody(current, total, message),
  bound: (body: unknown, amounts: unknown) => {
    bound(body as never, amounts as never);
    return body;
  },
  share: (value: unknown) => share(value) ?? null,
  clip: (value: unknown, limit: unknown) => clip(value, Number(limit)),
  plain: (value: unknown, limit: unknown) => plain(value, Number(limit)),
  steps: (steps: unknown) => newSteps(steps as never),
  start: (request: unknown) => startBody(request as never),
} satisfies Record<string, (...args: never[]) => unknown>;

/** Numbers that JSON can’t represent are written as `{"$": "NaN"}`. */
const file = join(import.meta.dirname, '../../../../data/reporting/arguments.json');
const vectors: Vector[] = JSON.parse(readFileSync(file, 'utf8'), (_, value) => (value?.$ ? Number(value.$) : value));

describe('the arguments of a call, as a report', () => {
  for (const { call, args, gives } of vectors) {
    it(`${call}(${JSON.stringify(args).slice(1, -1)})`, () => {
      const made = (calls[call] as (...given: unknown[]) => unknown)(...args);
      assert.deepEqual(made, gives);
    });
  }

  it('are text if they are nested deeper than the daemon accepts', () => {
    const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    assert.equal(typeof plain(nested(450)), 'object');
    assert.equal(typeof plain(nested(451)), 'string');
  });
});
