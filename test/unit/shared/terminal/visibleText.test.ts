import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { visibleText } from '../../../../shared/terminal/visibleText.ts';

describe('text in which nothing is hidden', () => {
  it('shows invisible characters', () => {
    for (const [text, visible] of [
      ['exe\u202egpj', 'exe\\u{202e}gpj'],
      ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
      ['a\u200bb\u2060c\ufeffd\u00ade', 'a\\u{200b}b\\u{2060}c\\u{feff}d\\u{ad}e'],
      ['\u{e0001}\u{e0049}\u{e007f}', '\\u{e0001}\\u{e0049}\\u{e007f}'],
      ['x\u{fe00}y\u{e0100}', 'x\\u{fe00}y\\u{e0100}'],
      ['😀\u{fe0f}\u{fe0f}\u{e0152}', '😀\u{fe0f}\\u{fe0f}\\u{e0152}'],
      ['1\u{fe0f}2', '1\\u{fe0f}2'],
      ['a\u200db', 'a\\u{200d}b'],
      ['\u001b[31mred\u0007\u009b', '\\u{1b}[31mred\\u{7}\\u{9b}'],
      ['a\u2028b\u3164c\u2800\u115f', 'a\\u{2028}b\\u{3164}c\\u{2800}\\u{115f}'],
      ['\ud800x', '\\u{d800}x'],
      ['🏴\u{e0067}\u{e007f}', '🏴\\u{e0067}\\u{e007f}'],
    ] as const) {
      assert.equal(visibleText(text), visible);
    }
  });

  it('keeps letters of every script, emoji, line feeds and tabs', () => {
    for (const text of ['naïve – 日本 ไทย हिन्दी', '👩‍💻 ❤️ 1️⃣ 🇩🇪 👍🏽', 'a\tb\nc', 'ä e\u0301']) {
      assert.equal(visibleText(text), text);
    }
  });

  it('changes nothing when applied again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => visibleText(visibleText(text)) === visibleText(text)),
    );
  });
});
