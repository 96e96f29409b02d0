import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applySgr, plain } from '../../../../shared/terminal/style.ts';
import { styleClasses } from '../../../../webview/ansi.ts';
import { findMatches, firstToShow, type ScreenRow } from '../../../../webview/detail/log/matches.ts';
import { terminalLook, terminalTheme } from '../../../../webview/detail/log/theme.ts';

/** The rows of a screen of this width, with lines wrapped like in a terminal. */
function screen(text: string, width: number): ScreenRow[] {
  return text.split('\n').flatMap((line) => {
    const rows: ScreenRow[] = [];
    for (let at = 0; at === 0 || at < line.length; at += width) {
      const part = line.slice(at, at + width);
      rows.push({
        wrapped: at > 0,
        text: part,
        columns: () => Array.from({ length: part.length + 1 }, (_, one) => one),
      });
    }
    return rows;
  });
}

const find = (text: string, wanted: string, width = 80) =>
  findMatches(screen(text, width), width, wanted).map(({ row, column, length }) => [row, column, length]);

describe('finding text in the log', () => {
  it('finds all occurrences, ignoring case', () => {
    assert.deepEqual(find('an Error\nno\nerror: ERROR', 'error'), [
      [0, 3, 5],
      [2, 0, 5],
      [2, 7, 5],
    ]);
  });

  it('finds text that wraps to the next row, but not across lines', () => {
    assert.deepEqual(find('abcdefgh', 'defg', 4), [[0, 3, 4]]);
    assert.deepEqual(find('abcd\nefgh', 'de', 4), []);
  });

  it('takes special characters literally', () => {
    assert.deepEqual(find('a.b (1+1) [x] \\d $', '(1+1) [x] \\d $'), [[0, 4, 14]]);
    assert.deepEqual(find('axb', 'a.b'), []);
  });

  it('finds nothing for an empty text', () => assert.deepEqual(find('abc', ''), []));

  it('measures wide characters in cells', () => {
    const wide: ScreenRow = { wrapped: false, text: 'a漢字b', columns: () => [0, 1, 3, 5, 6] };
    assert.deepEqual(findMatches([wide], 80, '漢字'), [{ row: 0, column: 1, length: 4 }]);
    assert.deepEqual(findMatches([wide], 80, '字b'), [{ row: 0, column: 3, length: 3 }]);
  });

  it('starts with the nearest match above the end of the visible rows, else with the first', () => {
    const matches = [3, 10, 20].map((row) => ({ row, column: 0, length: 1 }));
    assert.equal(firstToShow(matches, 15), 1);
    assert.equal(firstToShow(matches, 2), 0);
    assert.equal(firstToShow([], 2), 0);
  });

  it('finds every occurrence in any text, however it wraps', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 60 });
    const wanted = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(text, wanted, fc.integer({ min: 1, max: 10 }), (whole, part, width) => {
        const times = whole.split('\n').reduce((sum, line) => sum + line.split(part).length - 1, 0);
        const matches = find(whole, part, width);
        assert.equal(matches.length, times);
        for (const [, column = -1, length] of matches)
          assert.ok(column >= 0 && column < width && length === part.length);
      }),
    );
  });
});

describe('the look of the log', () => {
  const values: Record<string, string> = {
    '--vscode-terminal-ansiRed': '#f00',
    '--vscode-terminal-ansiBrightRed': '#f88',
    '--vscode-editor-background': '#111',
    '--vscode-editor-font-family': 'Fira',
    '--vscode-editor-font-size': '15px',
  };
  const read = (name: string) => values[name] ?? '';
  const classes = (...names: string[]) => ({ contains: (name: string) => names.includes(name) });

  it('has the colors of the theme’s terminal, or of its editor if it has none for the terminal', () => {
    assert.deepEqual(terminalTheme(read), { background: '#111', red: '#f00', brightRed: '#f88' });
  });

  it('has the editor’s font, or a default one', () => {
    assert.equal(terminalLook(read, classes()).fontFamily, 'Fira');
    assert.equal(terminalLook(read, classes()).fontSize, 15);
    assert.equal(terminalLook(() => '', classes()).fontFamily, 'monospace');
  });

  it('has more contrast in high-contrast themes, and text for screen readers if one is in use', () => {
    const { minimumContrastRatio = 0, screenReaderMode } = terminalLook(read, classes());
    const other = terminalLook(read, classes('vscode-high-contrast', 'vscode-using-screen-reader'));
    assert.ok((other.minimumContrastRatio ?? 0) > minimumContrastRatio && minimumContrastRatio >= 4.5);
    assert.deepEqual([screenReaderMode, other.screenReaderMode], [false, true]);
  });
});

describe('the CSS classes of terminal text', () => {
  const of = (...parameters: string[]) => styleClasses(parameters.reduce(applySgr, plain)).join(' ');

  it('are empty for plain text', () => assert.equal(of(), ''));

  it('name the theme’s colors and the style', () => {
    assert.equal(of('31;1'), 'ansi-fg-1 ansi-bold');
    assert.equal(of('97;44;2;3;4;9'), 'ansi-fg-15 ansi-bg-4 ansi-dim ansi-italic ansi-underline ansi-strike');
  });

  it('name the theme color nearest to an RGB color', () => {
    assert.equal(of('38;2;250;10;10'), 'ansi-fg-9');
    assert.equal(of('48;5;232'), 'ansi-bg-0');
  });

  it('swap the colors of inverse text', () => {
    assert.equal(of('31;7'), 'ansi-fg-inverse ansi-bg-1');
    assert.equal(of('31;42;7'), 'ansi-fg-2 ansi-bg-1');
  });
});
