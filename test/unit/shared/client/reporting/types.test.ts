import assert from 'node:assert/strict';
import type * as Declared from '../../../../../shared/client/reporting/client.d.ts';
import type * as Sources from '../../../../../shared/client/reporting/index.ts';

/** What is declared is there, and nothing that is there is declared otherwise: this file would not compile. */
type Same = [
  Sources.ReportedJob extends Declared.ReportedJob ? true : never,
  Parameters<typeof Declared.startJob>[0] extends Parameters<typeof Sources.startJob>[0] ? true : never,
  Parameters<typeof Sources.startJob>[0] extends Parameters<typeof Declared.startJob>[0] ? true : never,
  typeof Sources.currentJob extends typeof Declared.currentJob ? true : never,
];

describe('the types of jobdeck/client', () => {
  it('are those of its sources', () => {
    const same: Same = [true, true, true, true];
    assert.equal(same.length, 4);
  });
});
