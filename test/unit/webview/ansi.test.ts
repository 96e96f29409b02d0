import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type AnsiStyle, ansiStart, parseAnsi, plain, type Span, styleClasses } from '../../../webview/detail/ansi.ts';

const esc = '\u001b';

/** The spans of a stream that arrives in these pieces. */
function parse(...pieces: string[]): Span[] {
  let state = ansiStart;
  return pieces.flatMap((piece) => {
    const step = parseAnsi(state, piece);
    state = step.state;
    return step.spans;
  });
}

function textOf(spans: Span[]): string {
  return spans.map(({ text }) => text).join('');
}

/** The style of the last piece of text. */
function styleAfter(sequences: string): AnsiStyle {
  return parse(`${sequences}x`).at(-1)?.style ?? plain;
}

describe('colours of terminal output', () => {
  it('leaves plain text as it is', () => {
    assert.deepEqual(parse('a\tb\r\nc'), [{ text: 'a\tb\r\nc', style: plain }]);
  });

  it('starts and ends a style where the sequences stand', () => {
    assert.deepEqual(
      parse(`a${esc}[31mb${esc}[1mc${esc}[0md`).map(({ text, style }) => [text, ...styleClasses(style)]),
      [['a'], ['b', 'ansi-fg-1'], ['c', 'ansi-fg-1', 'ansi-bold'], ['d']],
    );
  });

  it('knows the bright colours and those of the background', () => {
    assert.equal(styleAfter(`${esc}[97m`).foreground, 15);
    assert.equal(styleAfter(`${esc}[44m`).background, 4);
    assert.equal(styleAfter(`${esc}[100m`).background, 8);
  });

  it('takes an empty sequence for a reset', () => {
    assert.deepEqual(styleAfter(`${esc}[1;31;42m${esc}[m`), plain);
  });

  it('takes back each attribute by its own code', () => {
    assert.deepEqual(styleAfter(`${esc}[1;2;3;4;7;9;31;41m${esc}[22;23;24;27;29;39;49m`), plain);
    assert.equal(styleAfter(`${esc}[4:3m`).underline, true);
    assert.equal(styleAfter(`${esc}[4m${esc}[4:0m`).underline, false);
  });

  it('shows free colours as the nearest of the theme', () => {
    assert.equal(styleAfter(`${esc}[38;5;9m`).foreground, 9);
    assert.equal(styleAfter(`${esc}[38;5;196m`).foreground, 9);
    assert.equal(styleAfter(`${esc}[48;5;232m`).background, 0);
    assert.equal(styleAfter(`${esc}[38;2;0;200;10m`).foreground, 2);
    assert.equal(styleAfter(`${esc}[38:2::0:200:10m`).foreground, 2);
    assert.equal(styleAfter(`${esc}[38:2:0:200:10m`).foreground, 2);
  });

  it('goes on after a colour with the codes that follow it', () => {
    assert.deepEqual(styleAfter(`${esc}[38;5;2;1m`), { ...plain, foreground: 2, bold: true });
    assert.deepEqual(styleAfter(`${esc}[48;2;255;255;255;3m`), { ...plain, background: 15, italic: true });
  });

  it('ignores codes and colours that do not exist', () => {
    assert.deepEqual(styleAfter(`${esc}[38;5;999m${esc}[250m${esc}[38m`), plain);
  });

  it('drops everything that is neither text nor a style', () => {
    const sequences = [`${esc}[2J`, `${esc}[10;20H`, `${esc}]0;title\u0007`, `${esc}]8;;http://x${esc}\\`, `${esc}c`];
    assert.equal(textOf(parse(`a${sequences.join('')}${esc}(B${esc}Pq#0${esc}\\\u0000\u0008\u007f\u009bb`)), 'ab');
  });

  it('waits for the rest of a sequence that was cut', () => {
    for (const pieces of [
      [`a${esc}`, '[31mb'],
      [`a${esc}[3`, '1mb'],
      [`a${esc}]0;ti`, `tle\u0007${esc}[31mb`],
    ]) {
      assert.deepEqual(
        parse(...pieces).map(({ text, style }) => [text, style.foreground]),
        [
          ['a', null],
          ['b', 1],
        ],
      );
    }
  });

  it('does not swallow the log after a string that never ends', () => {
    assert.equal(textOf(parse(`${esc}]0;title\nnext line\n`)), '\nnext line\n');
    assert.ok(textOf(parse(`${esc}]${'x'.repeat(10_000)}`)).endsWith('xxx'));
  });

  it('inverts colours by changing them over', () => {
    assert.deepEqual(styleClasses(styleAfter(`${esc}[31;7m`)), ['ansi-fg-inverse', 'ansi-bg-1']);
    assert.deepEqual(styleClasses(styleAfter(`${esc}[31;42;7m`)), ['ansi-fg-2', 'ansi-bg-1']);
  });

  it('keeps all text without control characters, however it is chopped', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is kept out
    const text = fc.string({ unit: 'binary' }).map((any) => any.replace(/[\u0000-\u001f\u007f-\u009f]/g, ''));
    fc.assert(
      fc.property(fc.array(text), (pieces) => {
        assert.equal(textOf(parse(...pieces)), pieces.join(''));
      }),
    );
  });

  it('never throws, lets no control character pass, and gives the same text whole or in pieces', () => {
    const part = fc.oneof(
      fc.constantFrom(
        `${esc}[`,
        `${esc}]`,
        esc,
        ';',
        ':',
        'm',
        '38',
        '\u0007',
        `${esc}\\`,
        '\n',
        '\r',
        'abc',
        '1',
        ' ',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const chopped = textOf(parse(...parts));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        assert.doesNotMatch(chopped, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
        assert.equal(chopped, textOf(parse(parts.join(''))));
      }),
    );
  });
});
