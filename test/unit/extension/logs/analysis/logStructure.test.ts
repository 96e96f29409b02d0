import assert from 'node:assert/strict';
import { win32 } from 'node:path';
import fc from 'fast-check';
import { candidates, locate } from '../../../../../extension/logs/analysis/places.ts';
import { lastProblems } from '../../../../../extension/logs/analysis/problems.ts';
import { findReferences } from '../../../../../extension/logs/analysis/references.ts';
import { findSections, type Section } from '../../../../../extension/logs/analysis/sections.ts';
import { isErrorLine } from '../../../../../shared/errorLine.ts';

/** Sections as `title start-end`, children in brackets. */
const outline = (sections: readonly Section[]): string =>
  sections
    .map(
      ({ title, start, end, children }) =>
        `${title} ${start}-${end}${children.length > 0 ? ` [${outline(children)}]` : ''}`,
    )
    .join(', ');

describe('the sections of a log', () => {
  const of = (text: string) => outline(findSections(text.split('\n')));

  it('are the groups of GitHub Actions and of Azure Pipelines', () => {
    assert.equal(
      of('::group::Install\nx\n::endgroup::\ny\n##[group]Build\nz\n##[endgroup]\n'),
      'Install 0-2, Build 4-6',
    );
  });

  it('may be nested', () => {
    assert.equal(of('::group::a\n::group::b\nx\n::endgroup::\ny\n::endgroup::\n'), 'a 0-5 [b 1-3]');
  });

  it('extend to the end if they have no end marker, even when nested', () => {
    assert.equal(of('::group::a\nx\n::group::b\ny\n'), 'a 0-3 [b 2-3]');
    assert.equal(of('::group::a\n'), 'a 0-0');
  });

  it('ignore unmatched end markers and timestamps', () => {
    assert.equal(
      of('::endgroup::\n2026-03-14T09:00:00.1234567Z ##[group]Run it\nx\n2026-03-14T09:00:01Z ##[endgroup]'),
      'Run it 1-3',
    );
  });

  it('are only recognized at line starts', () => {
    assert.equal(of('echo "::group::no"\nstd::group::no'), '');
  });

  it('are properly nested and stay inside the log, whatever its content', () => {
    const line = fc.constantFrom('::group::a', '##[group]b', '::endgroup::', '##[endgroup]', 'text', '');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), (lines) => {
        const check = (sections: readonly Section[], first: number, last: number) => {
          let from = first;
          for (const { start, end, children } of sections) {
            assert.ok(start >= from && end >= start && end <= last, `${start}-${end} in ${from}-${last}`);
            check(children, start + 1, end);
            from = end + (lines[end]?.includes('endgroup') ? 1 : 0);
          }
        };
        check(findSections(lines), 0, Math.max(0, lines.length - 1));
      }),
    );
  });
});

describe('an error line', () => {
  for (const line of [
    'src/a.ts:3:5 - error TS2322: Type',
    'a.c:3:5: error: expected ‘;’',
    'a.c:1:10: fatal error: x.h: No such file or directory',
    'error[E0308]: mismatched types',
    'TypeError: x is not a function',
    'java.lang.IllegalStateException: no',
    'Exception in thread "main" java.lang.Error',
    'panic: runtime error: index out of range',
    "thread 'main' panicked at src/main.rs:3:5:",
    'not ok 2 divides',
    '--- FAIL: TestX (0.00s)',
    'FAILED tests/test_a.py::test_x - assert 1 == 2',
    'npm ERR! code 1',
    'make: *** [Makefile:3: all] Error 1',
    '##[error]Process completed with exit code 1.',
    '::error file=a.js,line=1::Missing',
    'fatal: not a git repository',
  ]) {
    it(`as “${line}”`, () => assert.ok(isErrorLine(line)));
  }

  for (const line of ['0 errors', 'compiled without error', 'ok 1 errors are shown', 'The Error class', 'failed: 0']) {
    it(`but not as “${line}”`, () => assert.ok(!isErrorLine(line)));
  }
});

describe('the locations of the last error of a log', () => {
  const last = (text: string) => {
    const [problem] = lastProblems(text.split('\n'));
    return problem && [problem.line, problem.references.map(({ file, line }) => `${file}:${line}`)];
  };

  it('are in the line itself (compilers)', () => {
    assert.deepEqual(last('a.c:1:1: error: one\nb.c:2:3: error: two\n2 errors generated.\n'), [1, ['b.c:2']]);
    assert.deepEqual(last('src/a.ts(3,5): error TS2322: no\n'), [0, ['src/a.ts:3']]);
  });

  it('are below it, third-party code last (Node.js)', () => {
    const text = [
      'TypeError: no',
      '    at lib (/w/node_modules/x/i.js:1:2)',
      '    at run (/w/src/a.js:7:9)',
      '    at node:internal/main:1:1',
      '',
      'Node.js v24.0.0',
    ].join('\n');
    assert.deepEqual(last(text), [0, ['/w/src/a.js:7', '/w/node_modules/x/i.js:1']]);
  });

  it('are below it (Rust)', () => {
    assert.deepEqual(last('error[E0308]: mismatched types\n --> src/main.rs:3:5\n  |\n3 | x\n'), [
      0,
      ['src/main.rs:3'],
    ]);
  });

  it('are above it, innermost call first (Python)', () => {
    const text = [
      'Traceback (most recent call last):',
      '  File "/w/app.py", line 9, in <module>',
      '    main()',
      '  File "/w/lib.py", line 4, in main',
      '    raise ValueError("no")',
      'ValueError: no',
      '',
    ].join('\n');
    assert.deepEqual(last(text), [5, ['/w/lib.py:4', '/w/app.py:9']]);
  });

  it('are below it (Java and Go)', () => {
    assert.deepEqual(last('Exception in thread "main" java.lang.Error: no\n\tat com.acme.Foo.run(Foo.java:12)\n'), [
      0,
      ['Foo.java:12'],
    ]);
    assert.deepEqual(last('panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/w/main.go:4 +0x1d\nexit status 2\n'), [
      0,
      ['/w/main.go:4'],
    ]);
  });

  it('are those of an earlier error if the last one has none', () => {
    assert.deepEqual(last('a.c:1:1: error: one\n\nmake: done\n\n##[error]Process completed with exit code 2.\n'), [
      0,
      ['a.c:1'],
    ]);
  });

  it('are empty without errors', () => {
    assert.equal(last('see a.c:1\nall well\n'), undefined);
  });
});

describe('the file of a location', () => {
  it('is searched in the working directory of the job', () => {
    assert.deepEqual(candidates({ file: 'src/a.ts', inPackage: null }, '/w'), ['/w/src/a.ts']);
    assert.deepEqual(candidates({ file: '../a.ts', inPackage: null }, '/w/x'), ['/w/a.ts']);
    assert.deepEqual(candidates({ file: '/b/a.ts', inPackage: null }, '/w'), ['/b/a.ts']);
    assert.deepEqual(candidates({ file: 'a.ts', inPackage: null }, null), []);
  });

  it('is found with Windows paths, too', () => {
    assert.deepEqual(candidates({ file: 'src\\a.cs', inPackage: null }, 'C:\\w', win32), ['C:\\w\\src\\a.cs']);
    assert.deepEqual(candidates({ file: 'D:\\a.cs', inPackage: null }, 'C:\\w', win32), ['D:\\a.cs']);
  });

  it('is searched below the source roots if a stack trace contains its package', () => {
    const [reference] = findReferences('\tat com.acme.Foo$Inner.run(Foo.java:12)');
    assert.equal(reference?.inPackage, 'com/acme/Foo.java');
    assert.ok(
      candidates({ file: 'Foo.java', inPackage: 'com/acme/Foo.java' }, '/w').includes(
        '/w/src/main/java/com/acme/Foo.java',
      ),
    );
    assert.equal(findReferences('(Foo.java:12)')[0]?.inPackage, null);
    assert.equal(
      findReferences('\tat java.base/java.util.ArrayList.get(ArrayList.java:1)')[0]?.inPackage,
      'java/util/ArrayList.java',
    );
  });

  it('is checked once, up to a maximum number of files', async () => {
    const looked: string[] = [];
    const isFile = async (path: string) => {
      looked.push(path);
      return path === '/w/a.ts';
    };
    const references = findReferences(
      `a.ts:1\na.ts:2\n${Array.from({ length: 500 }, (_, n) => `b${n}.ts:1\n`).join('')}`,
    );
    const places = await locate(references, '/w', isFile);
    assert.deepEqual(
      places.map(({ path, reference }) => [path, reference.line]),
      [
        ['/w/a.ts', 1],
        ['/w/a.ts', 2],
      ],
    );
    assert.equal(looked.length, 300);
  });
});
