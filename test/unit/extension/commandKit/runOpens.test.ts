import assert from 'node:assert/strict';
import { whatRunOpens } from '../../../../extension/commandKit/runOpens.ts';

describe('what a run opens', () => {
  it('is the page unless the user has chosen something', () => {
    assert.equal(whatRunOpens(undefined, undefined), 'page');
    assert.equal(whatRunOpens('something', undefined), 'page');
  });

  it('is what the user has chosen, whatever the deprecated setting says', () => {
    for (const chosen of ['nothing', 'page', 'log'] as const) assert.equal(whatRunOpens(chosen, true), chosen);
    assert.equal(whatRunOpens('page', false), 'page');
  });

  it('follows the deprecated setting as long as nothing was chosen', () => {
    assert.equal(whatRunOpens(undefined, true), 'log');
    assert.equal(whatRunOpens(undefined, false), 'nothing');
  });
});
