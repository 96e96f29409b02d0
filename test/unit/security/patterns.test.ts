/**
 * Output that makes backtracking expressions slow. An expression that backtracks exponentially would exceed mocha's
 * timeout, usually by far; ours match within moments.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { OutputReader } from '../../../daemon/progress/outputReader.ts';
import { findReferences } from '../../../extension/logs/analysis/references.ts';
import { findSections } from '../../../extension/logs/analysis/sections.ts';
import { isErrorLine } from '../../../shared/errorLine.ts';
import { explain } from '../../../shared/explain/explain.ts';
import { toPlainText } from '../../../shared/terminal/plainText.ts';
import { TerminalFilter } from '../../../shared/terminal/terminalFilter.ts';

/** Texts that expressions often repeat, alone and alternating. */
const parts = [
  ...['a', ' ', '\t', '1', '.', ':', '/', '\\', '"', "'", '(', '[', '%', '-', '=', '#', '_', '$', '\u001b[', '\u001b]'],
  ...['a.', 'a/', '1/', '1:', '1.', '1%', ' 1', 'a b', 'a: ', 'Error: ', 'error ', '[1/', '(a', 'a(1', '::', '0 of '],
  ...['File "', 'at com.', '1,2', '1:2:', 'error: error', 'cannot find ', "module 'a", '[####', '100%|', ':--'],
];
/** Text after the repeated part. It makes most expressions fail at the very end. */
const ends = ['', '!', '\u0000', ' x', '"', ')', ': '];

function* nastyLines(length: number): Generator<string> {
  for (const part of parts) for (const end of ends) yield part.repeat(Math.ceil(length / part.length)) + end;
}

describe('output that is crafted to be slow to match', () => {
  it('is explained as quickly as any other output', () => {
    for (const line of nastyLines(4_000)) {
      const tail = Array.from({ length: 8 }, () => line).join('\n');
      explain(tail, { exitCode: 1, signal: null, commandLine: line });
    }
  });

  it('is searched for progress as quickly as any other output', () => {
    for (const line of nastyLines(8_000)) {
      const reader = new OutputReader(null);
      reader.feed(Buffer.from(`${line}\n5% ${line}\r6% ${line}\n`));
      reader.settle();
    }
  });

  it('is searched for files, sections and errors as quickly as any other output', () => {
    for (const line of nastyLines(1_990)) {
      findReferences(`${line}\n${line}:1:2`);
      findSections([line, `::group::${line}`]);
      isErrorLine(line);
    }
  });

  it('is filtered and converted to plain text as quickly as any other output', () => {
    for (const line of nastyLines(100_000)) {
      toPlainText(line);
      new TerminalFilter().write(Buffer.from(line));
    }
  });

  it('disables a slow progress expression of its own job, but not those of other jobs', () => {
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
