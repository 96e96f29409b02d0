import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TerminalFilter } from '../../../../shared/terminal/terminalFilter.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The only output that the filter may produce. */
const harmless =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the few that are allowed
  /^(?:[^\u0000-\u001f\u007f-\u009f]|[\r\n\t\b]|\u001b[78]|\u001b\[(?:\d{0,4}[;:])*\d{0,4}[@A-HJ-MPSTXdfmsu])*$/;

function filtered(...pieces: (string | Uint8Array)[]): string {
  const filter = new TerminalFilter();
  const written = pieces.map((piece) => filter.write(typeof piece === 'string' ? bytes(piece) : piece));
  return written.join('') + filter.end();
}

describe('the output of a log terminal', () => {
  it('is text, with line endings for a terminal', () => {
    assert.equal(filtered('one\ntwo\r\nthree\rfour\tfive\bsix'), 'one\r\ntwo\r\nthree\rfour\tfive\bsix');
  });

  it('keeps a line ending that is split between two chunks', () => {
    assert.equal(filtered('one\r', '\ntwo'), 'one\r\ntwo');
  });

  it('keeps multi-byte characters that are split between two chunks', () => {
    const whole = bytes('größer 🙂');
    for (let cut = 0; cut <= whole.length; cut += 1) {
      assert.equal(filtered(whole.slice(0, cut), whole.slice(cut)), 'größer 🙂');
    }
  });

  it('replaces bytes that are not text', () => {
    assert.equal(filtered(new Uint8Array([0x61, 0xff, 0xfe, 0x62]), new Uint8Array([0xe2, 0x82])), 'a��b�');
  });

  for (const [what, sequence] of [
    ['colors', '\x1b[1;31m'],
    ['24-bit colors', '\x1b[38;2;1;2;3m'],
    ['colors in the form with colons', '\x1b[38:2::1:2:3m'],
    ['cursor movement', '\x1b[2A'],
    ['cursor position', '\x1b[10;20H'],
    ['erasing the line', '\x1b[2K'],
    ['erasing the screen', '\x1b[2J'],
    ['saving the cursor', '\x1b7'],
    ['restoring the cursor', '\x1b8'],
  ]) {
    it(`passes ${what}, even if split between two chunks`, () => {
      for (let cut = 0; cut <= String(sequence).length; cut += 1) {
        const output = filtered(`a${sequence?.slice(0, cut)}`, `${sequence?.slice(cut)}b`);
        assert.equal(output, `a${sequence}b`);
      }
    });
  }

  for (const [what, sequence] of [
    ['writing the clipboard', '\x1b]52;c;aGVsbG8=\x07'],
    ['reading the clipboard', '\x1b]52;c;?\x1b\\'],
    ['setting the title', '\x1b]0;title\x07'],
    ['setting the title, 8-bit', '\u009d2;title\u009c'],
    ['links', '\x1b]8;;http://example.test\x1b\\'],
    ['notifications', '\x1b]9;hello\x07'],
    ['progress', '\x1b]9;4;1;50\x07'],
    ['shell integration', '\x1b]633;E;rm;nonce\x07'],
    ['final term integration', '\x1b]133;A\x07'],
    ['images of iTerm', '\x1b]1337;File=inline=1:AAAA\x07'],
    ['a request for a color', '\x1b]10;?\x07'],
    ['device attributes', '\x1b[c'],
    ['secondary device attributes', '\x1b[>c'],
    ['device status', '\x1b[6n'],
    ['private device status', '\x1b[?6n'],
    ['a request for a mode', '\x1b[?2026$p'],
    ['a request for the window size', '\x1b[18t'],
    ['a request for a setting', '\x1bP$qm\x1b\\'],
    ['sixel images', '\x1bPq#0;2;0;0;0#0~~\n~~\x1b\\'],
    ['application commands', '\x1b_G1\x1b\\'],
    ['privacy messages', '\x1b^hidden\x1b\\'],
    ['start-of-string', '\x1bXhidden\x1b\\'],
    ['the alternate screen', '\x1b[?1049h'],
    ['mouse reports', '\x1b[?1000h\x1b[?1006h'],
    ['bracketed paste', '\x1b[?2004h'],
    ['hiding the cursor', '\x1b[?25l'],
    ['scroll regions', '\x1b[2;10r'],
    ['erasing what was scrolled away', '\x1b[3J'],
    ['repeating a character', '\x1b[100b'],
    ['scrolling as often as a number can say', '\x1b[2147483647S'],
    ['keyboard modes', '\x1b[>4;2m'],
    ['a reset', '\x1bc'],
    ['a soft reset', '\x1b[!p'],
    ['other character sets', '\x1b(0\x0e\x0f'],
    ['bells, enquiries and other controls', '\x07\x05\x00\x7f\u0085\u0088'],
  ]) {
    it(`drops ${what}, even if split between two chunks`, () => {
      for (let cut = 0; cut <= String(sequence).length; cut += 1) {
        assert.equal(filtered(`a${sequence?.slice(0, cut)}`, `${sequence?.slice(cut)}b`), 'ab');
      }
    });
  }

  it('keeps the lines after an unterminated string', () => {
    assert.equal(filtered('a\x1b]0;title\nnext'), 'a\r\nnext');
    assert.match(filtered(`a\x1bP${'x'.repeat(1_000_100)}end`), /end$/);
  });

  it('drops a sequence that is interrupted by another one', () => {
    assert.equal(filtered('a\x1b]0;title\x1b[31mred'), 'a\x1b[31mred');
    assert.equal(filtered('a\x1b[3\x1b[32mgreen'), 'a\x1b[32mgreen');
    assert.equal(filtered('a\x1b[31\x18b'), 'ab');
  });

  it('contains only harmless text and sequences for any input', () => {
    const fragment = fc.oneof(
      fc.constantFrom(
        '\x1b',
        '\x1b[',
        '\x1b]',
        '\x1bP',
        '\x1b_',
        '\x1b\\',
        '\x07',
        '\u009b',
        '\u009d',
        '\u009c',
        '\x18',
      ),
      fc.constantFrom(
        '?',
        '>',
        '52;c;',
        '0;',
        '1;31',
        '99999',
        'm',
        'J',
        'h',
        'c',
        'n',
        '3J',
        '$p',
        '\r',
        '\n',
        '\r\n',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 40 }), (parts) => {
        assert.match(filtered(parts.join('')), harmless);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on how the bytes are split into chunks', () => {
    const fragment = fc.oneof(
      fc.constantFrom('\x1b[31m', '\x1b]0;t\x07', '\x1bPq\n\x1b\\', '\r\n', '\n', 'ä', '🙂', '\x1b', '[', '\x18'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 20 }), fc.array(fc.nat(200), { maxLength: 10 }), (parts, cuts) => {
        const whole = bytes(parts.join(''));
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((end, index) => whole.slice(at[index], end));
        assert.equal(filtered(...pieces), filtered(whole));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is harmless for random bytes, and does not depend on how they are split', () => {
    // Half of them occur in sequences, including the two bytes of an 8-bit control character.
    const telling = [
      0x1b, 0x5b, 0x5d, 0x50, 0x58, 0x5e, 0x5f, 0x5c, 0x07, 0x3b, 0x3f, 0x33, 0x4a, 0x6d, 0x0a, 0x0d, 0x18, 0xc2, 0x9b,
      0x9d, 0x9c,
    ];
    const byte = fc.oneof(fc.constantFrom(...telling), fc.nat(255));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 120 }), fc.array(fc.nat(120), { maxLength: 8 }), (values, cuts) => {
        const whole = Uint8Array.from(values);
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
        const output = filtered(...at.slice(1).map((end, index) => whole.slice(at[index], end)));
        assert.match(output, harmless);
        assert.equal(output, filtered(whole));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is the same for a string as for its bytes', () => {
    const filter = new TerminalFilter();
    assert.equal(
      filter.writeText('a\x1b[31m\x1b]0;t') + filter.writeText('\x07b\n'),
      filtered('a\x1b[31m\x1b]0;t\x07b\n'),
    );
  });
});
