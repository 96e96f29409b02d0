import assert from 'node:assert/strict';
import { clickedLine, clickedNumber, fromLink, lineLink } from '../../../../extension/logs/lineLinks.ts';

describe('a link to a line of a log', () => {
  it('leads back to the line', () => {
    const ref = { jobId: '4k9x2m7qpa', attempt: 2, line: 120 };
    const link = lineLink(ref, 'vscode');
    assert.equal(link, 'vscode://jobdeck.jobdeck/log?job=4k9x2m7qpa&attempt=2&line=120');
    assert.deepEqual(fromLink(new URL(link).search.slice(1)), ref);
  });

  it('from elsewhere may be anything', () => {
    for (const query of [
      '',
      'job=a&attempt=1',
      'job=a&attempt=1&line=0',
      'job=a&attempt=1&line=1.5',
      'job=a&attempt=1&line=x',
      'job=../a&attempt=1&line=1',
      'job=a&attempt=-1&line=1',
    ]) {
      assert.equal(fromLink(query), null, query);
    }
  });
});

describe('the line that a context menu was opened on', () => {
  it('is known on a page', () => {
    assert.equal(clickedLine([{ jobId: 'a', attempt: 1, logLine: 7 }]), 7);
    for (const args of [[], [undefined], ['a'], [{ jobId: 'a', logLine: null }], [{ jobId: 'a' }]]) {
      assert.equal(clickedLine(args), null);
    }
  });

  it('is known beside an editor', () => {
    assert.equal(clickedNumber([{ lineNumber: 3, uri: 'jobdeck-log:/a' }]), 3);
    assert.equal(clickedNumber(['jobdeck-log:/a']), null);
  });
});
