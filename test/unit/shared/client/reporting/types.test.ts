import assert from 'node:assert/strict';
import type * as Declared from '../../../../../shared/client/reporting/client.d.ts';
import type * as Sources from '../../../../../shared/client/reporting/index.ts';

/** Compiles only if the declarations match the sources. */
type Same = [
  Sources.ReportedJob extends Declared.ReportedJob ? true : never,
  Parameters<typeof Declared.startJob>[0] extends Parameters<typeof Sources.startJob>[0] ? true : never,
  Parameters<typeof Sources.startJob>[0] extends Parameters<typeof Declared.startJob>[0] ? true : never,
  typeof Sources.currentJob extends typeof Declared.currentJob ? true : never,
];

describe('the types of jobdeck/client', () => {
  it('match its sources', () => {
    const same: Same = [true, true, true, true];
    assert.equal(same.length, 4);
  });
});
