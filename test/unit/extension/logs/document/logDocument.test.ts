import assert from 'node:assert/strict';
import fc from 'fast-check';
import { untranslated } from '../../../../../extension/base/text.ts';
import { findReferences } from '../../../../../extension/logs/analysis/references.ts';
import { renderLog } from '../../../../../extension/logs/document/document.ts';
import { readTail } from '../../../../../extension/logs/logFiles.ts';
import type { LogOptions } from '../../../../../shared/client/http.ts';
import { toPlainText } from '../../../../../shared/terminal/plainText.ts';
import { applySgr, plain, styleKey } from '../../../../../shared/terminal/style.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the document of a finished log', () => {
  it('contains no escape sequences', () => {
    assert.equal(toPlainText('\x1b[31mred\x1b[0m \x1b]0;title\x07plain\n').text, 'red plain\n');
  });

  it('shows an overwritten line as a terminal would', () => {
    assert.equal(toPlainText('10 %\r50 %\r100 %\ndone\r\n').text, '100 %\ndone\n');
    assert.equal(toPlainText('50 %\r\x1b[K\nnext').text, '\nnext');
    assert.equal(toPlainText('wait |\b/\b-\bok').text, 'wait ok');
  });

  it('has the positions of colors', () => {
    const { spans } = toPlainText('a\x1b[31mred\x1b[1mbold\x1b[0m\n\x1b[42mgreen');
    assert.deepEqual(spans, [
      { line: 0, start: 1, end: 4, style: { foreground: 1 } },
      { line: 0, start: 4, end: 8, style: { foreground: 1, bold: true } },
      { line: 1, start: 0, end: 5, style: { background: 2 } },
    ]);
  });

  it('drops the colors of overwritten text', () => {
    assert.deepEqual(toPlainText('\x1b[31mred\x1b[0m\rplain').spans, []);
  });

  it('limits the number of colored spans', () => {
    const { spans, text } = toPlainText('\x1b[31ma\x1b[32mb'.repeat(50_000));
    assert.equal(text.length, 100_000);
    assert.ok(spans.length <= 20_000);
  });

  it('has sorted and disjoint spans within its lines, whatever the output', () => {
    const fragment = fc.oneof(
      fc.constantFrom('\x1b[31m', '\x1b[0m', '\x1b[1;4m', '\r', '\n', '\b', '\x1b[K', '\x1b[2K', 'word', '\t'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 40 }), (parts) => {
        const { text, spans } = toPlainText(parts.join(''));
        const lines = text.split('\n');
        spans.forEach((span, index) => {
          assert.ok(span.start < span.end && span.end <= (lines[span.line]?.length ?? -1), 'inside its line');
          const before = spans[index - 1];
          assert.ok(before === undefined || before.line < span.line || before.end <= span.start, 'in order and apart');
        });
      }),
    );
  });
});

describe('a log that is too long for a document', () => {
  it('shows how much is left out and starts with a whole line', () => {
    const { text, spans, noticeLines } = renderLog(bytes('half\n\x1b[31mwhole\n'), 2_000_000, untranslated);
    assert.match(text, /^… The first 2\.0 MB of this log are not shown\. .*\n\nwhole\n$/);
    assert.deepEqual(spans, [{ line: 2, start: 0, end: 5, style: { foreground: 1 } }]);
    assert.equal(noticeLines, 2);
  });

  it('does not apply to a log of exactly the limit', () => {
    assert.deepEqual(renderLog(bytes('all\n'), 4, untranslated), { text: 'all\n', spans: [], noticeLines: 0 });
  });
});

describe('reading the end of a log', () => {
  const log = Buffer.from(Array.from({ length: 100 }, (_, n) => n));
  /** Like the daemon, returns no more than its limit at a time. */
  const client = {
    readLog: async (_job: string, _attempt: number, { offset = 0, limit = 0 }: LogOptions) => {
      const from = offset < 0 ? Math.max(0, log.length + offset) : offset;
      return { offset: from, bytes: log.subarray(from, from + Math.min(limit, 7)), size: log.length, ended: true };
    },
  };
  const read = async (tail: number, whole?: number) => {
    const { bytes, size } = await readTail(client, { jobId: 'j', attempt: 1 }, tail, whole);
    assert.equal(size, 100);
    return [...bytes];
  };

  it('returns its last bytes, in order and without a gap', async () => {
    assert.deepEqual(await read(30), [...log.subarray(70)]);
  });

  it('returns all of a log that is small enough', async () => {
    assert.deepEqual(await read(30, 100), [...log]);
    assert.deepEqual(await read(30, 99), [...log.subarray(70)]);
    assert.deepEqual(await read(200), [...log]);
  });
});

describe('colors', () => {
  for (const [params, style] of [
    ['', {}],
    ['0', {}],
    ['1;31', { bold: true, foreground: 1 }],
    ['97;100', { foreground: 15, background: 8 }],
    ['38;5;9', { foreground: 9 }],
    ['38;5;208', { foreground: '#ff8700' }],
    ['48;5;232', { background: '#080808' }],
    ['38;2;1;2;300', { foreground: '#0102ff' }],
    ['38:2::1:2:3', { foreground: '#010203' }],
    ['38;2;1;2;3;1', { foreground: '#010203', bold: true }],
    ['1;22;3;23', {}],
    ['4:3', { underline: true }],
    ['4;4:0', {}],
    ['58', {}],
  ] as const) {
    it(`of “${params}” are read`, () => {
      assert.equal(styleKey(applySgr(plain, params)), styleKey(style));
    });
  }
});

describe('file locations in a log', () => {
  const places = (text: string) => findReferences(text).map(({ file, line, column }) => [file, line, column]);

  for (const [text, expected] of [
    ['src/a.ts:12:3 - error TS1', [['src/a.ts', 12, 3]]],
    ['src/a.ts(12,3): error', [['src/a.ts', 12, 3]]],
    ['  at run (/home/me/b.js:7:9)', [['/home/me/b.js', 7, 9]]],
    ['  at file:///home/me/b.js:7:9', [['/home/me/b.js', 7, 9]]],
    ['  File "/srv/app.py", line 42, in main', [['/srv/app.py', 42, null]]],
    ['C:\\work\\a.cs:3: warning', [['C:\\work\\a.cs', 3, null]]],
    [
      './x.c:1 and ../y.h:2',
      [
        ['./x.c', 1, null],
        ['../y.h', 2, null],
      ],
    ],
    ['  --> src/main.rs:3:5', [['src/main.rs', 3, 5]]],
    ['\tat com.acme.Foo.run(Foo.java:12)', [['Foo.java', 12, null]]],
    ['\t/home/me/main.go:12 +0x1d', [['/home/me/main.go', 12, null]]],
    ['make: *** [Makefile:3: all] Error 1', [['Makefile', 3, null]]],
    ['a.cpp(3): error C2065', [['a.cpp', 3, null]]],
    ['at 12:30:15 on localhost:8080', []],
    ['a.ts:0', []],
    ['version 1.2:3', []],
  ] as const) {
    it(`are ${expected.length === 0 ? 'none' : JSON.stringify(expected)} in “${text}”`, () => {
      assert.deepEqual(places(text), expected);
    });
  }

  it('have their offsets in the text', () => {
    const text = 'one\ntwo src/a.ts:12:3 three';
    const [reference] = findReferences(text);
    assert.equal(text.slice(reference?.start, reference?.end), 'src/a.ts:12:3');
  });

  it('are found in linear time', () => {
    const text = `${'a.b:1('.repeat(300)}\n`.repeat(2_000);
    assert.ok(findReferences(text).length <= 2_000);
    assert.deepEqual(findReferences(`${'/'.repeat(1_900)}:1\n`.repeat(2_000)), []);
  });
});
