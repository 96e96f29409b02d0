import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TerminalFilter } from '../../../../shared/terminal/terminalFilter.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** What may come out, and nothing else. */
const harmless =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the few that may pass
  /^(?:[^\u0000-\u001f\u007f-\u009f]|[\r\n\t\b]|\u001b[78]|\u001b\[(?:\d{0,4}[;:])*\d{0,4}[@A-HJ-MPSTXdfmsu])*$/;

function filtered(...pieces: (string | Uint8Array)[]): string {
  const filter = new TerminalFilter();
  const written = pieces.map((piece) => filter.write(typeof piece === 'string' ? bytes(piece) : piece));
  return written.join('') + filter.end();
}

describe('what reaches a log terminal', () => {
  it('is text, with line ends a terminal understands', () => {
    assert.equal(filtered('one\ntwo\r\nthree\rfour\tfive\bsix'), 'one\r\ntwo\r\nthree\rfour\tfive\bsix');
  });

  it('keeps a line end that is cut in two', () => {
    assert.equal(filtered('one\r', '\ntwo'), 'one\r\ntwo');
  });

  it('keeps characters of several bytes that are cut in two', () => {
    const whole = bytes('größer 🙂');
    for (let cut = 0; cut <= whole.length; cut += 1) {
      assert.equal(filtered(whole.slice(0, cut), whole.slice(cut)), 'größer 🙂');
    }
  });

  it('replaces bytes that are no text', () => {
    assert.equal(filtered(new Uint8Array([0x61, 0xff, 0xfe, 0x62]), new Uint8Array([0xe2, 0x82])), 'a��b�');
  });

  for (const [what, sequence] of [
    ['colours', '\x1b[1;31m'],
    ['colours of 24 bits', '\x1b[38;2;1;2;3m'],
    ['colours in the form with colons', '\x1b[38:2::1:2:3m'],
    ['cursor movement', '\x1b[2A'],
    ['cursor position', '\x1b[10;20H'],
    ['erasing the line', '\x1b[2K'],
    ['erasing the screen', '\x1b[2J'],
    ['saving the cursor', '\x1b7'],
    ['restoring the cursor', '\x1b8'],
  ]) {
    it(`lets ${what} pass, also cut in two`, () => {
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
    ['asking for a colour', '\x1b]10;?\x07'],
    ['device attributes', '\x1b[c'],
    ['secondary device attributes', '\x1b[>c'],
    ['device status', '\x1b[6n'],
    ['private device status', '\x1b[?6n'],
    ['asking for a mode', '\x1b[?2026$p'],
    ['asking for the window', '\x1b[18t'],
    ['asking for a setting', '\x1bP$qm\x1b\\'],
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
    it(`drops ${what}, also cut in two`, () => {
      for (let cut = 0; cut <= String(sequence).length; cut += 1) {
        assert.equal(filtered(`a${sequence?.slice(0, cut)}`, `${sequence?.slice(cut)}b`), 'ab');
      }
    });
  }

  it('does not let a string without an end swallow the lines after it', () => {
    assert.equal(filtered('a\x1b]0;title\nnext'), 'a\r\nnext');
    assert.match(filtered(`a\x1bP${'x'.repeat(1_000_100)}end`), /end$/);
  });

  it('takes a sequence that another one breaks off as dropped', () => {
    assert.equal(filtered('a\x1b]0;title\x1b[31mred'), 'a\x1b[31mred');
    assert.equal(filtered('a\x1b[3\x1b[32mgreen'), 'a\x1b[32mgreen');
    assert.equal(filtered('a\x1b[31\x18b'), 'ab');
  });

  it('is nothing but harmless text and sequences, whatever comes in', () => {
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

  it('is the same however the bytes are cut into pieces', () => {
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

  it('is harmless and the same for any bytes whatever, cut anywhere', () => {
    // Half of them are those that sequences are made of, also as the two bytes of an 8-bit control.
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

  it('is the same for text as for its bytes', () => {
    const filter = new TerminalFilter();
    assert.equal(
      filter.writeText('a\x1b[31m\x1b]0;t') + filter.writeText('\x07b\n'),
      filtered('a\x1b[31m\x1b]0;t\x07b\n'),
    );
  });
});
