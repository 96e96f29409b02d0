/**
 * Output made to be slow to match. An expression that goes astray would take longer than mocha waits, most often for
 * ever; these take a moment.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { OutputReader } from '../../../daemon/progress/outputReader.ts';
import { findReferences } from '../../../extension/logs/analysis/references.ts';
import { findSections, isErrorLine } from '../../../extension/logs/analysis/sections.ts';
import { explain } from '../../../shared/explain/explain.ts';
import { toPlainText } from '../../../shared/terminal/plainText.ts';
import { TerminalFilter } from '../../../shared/terminal/terminalFilter.ts';

/** What expressions like to repeat, alone and in turns. */
const parts = [
  ...['a', ' ', '\t', '1', '.', ':', '/', '\\', '"', "'", '(', '[', '%', '-', '=', '#', '_', '$', '\u001b[', '\u001b]'],
  ...['a.', 'a/', '1/', '1:', '1.', '1%', ' 1', 'a b', 'a: ', 'Error: ', 'error ', '[1/', '(a', 'a(1', '::', '0 of '],
  ...['File "', 'at com.', '1,2', '1:2:', 'error: error', 'cannot find ', "module 'a", '[####', '100%|', ':--'],
];
/** As they begin where something is expected to follow, and end where it does not. */
const ends = ['', '!', '\u0000', ' x', '"', ')', ': '];

function* nastyLines(length: number): Generator<string> {
  for (const part of parts) for (const end of ends) yield part.repeat(Math.ceil(length / part.length)) + end;
}

describe('output that is made to be slow to match', () => {
  it('is explained as quickly as any other', () => {
    for (const line of nastyLines(4_000)) {
      const tail = Array.from({ length: 8 }, () => line).join('\n');
      explain(tail, { exitCode: 1, signal: null, commandLine: line });
    }
  });

  it('is read for progress as quickly as any other', () => {
    for (const line of nastyLines(8_000)) {
      const reader = new OutputReader(null);
      reader.feed(Buffer.from(`${line}\n5% ${line}\r6% ${line}\n`));
      reader.settle();
    }
  });

  it('is looked through for files, sections and errors as quickly as any other', () => {
    for (const line of nastyLines(1_990)) {
      findReferences(`${line}\n${line}:1:2`);
      findSections([line, `::group::${line}`]);
      isErrorLine(line);
    }
  });

  it('is filtered and made plain as quickly as any other', () => {
    for (const line of nastyLines(100_000)) {
      toPlainText(line);
      new TerminalFilter().write(Buffer.from(line));
    }
  });

  it('is given up by an expression of the job’s own that goes astray, and by no other job’s', () => {
    const astray = new OutputReader({ pattern: '^(a+)+$(?<percent>)' });
    astray.feed(Buffer.from(`${'a'.repeat(40)}!\n`));
    astray.settle();
    assert.equal(astray.progress, null);
    const other = new OutputReader({ pattern: '(?<percent>\\d+)%' });
    other.feed(Buffer.from('40%\n'));
    other.settle();
    assert.equal(other.progress?.current, 40);
  });
});
