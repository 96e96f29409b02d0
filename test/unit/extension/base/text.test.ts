import assert from 'node:assert/strict';
import {
  escapeIcons,
  escapeLinks,
  escapeMarkdown,
  oneLine,
  untranslated as t,
} from '../../../../extension/base/text.ts';

describe('text on screen', () => {
  it('is truncated to one line', () => {
    assert.equal(oneLine('a\r\n\tb\u0000c\u009bd'), 'a b c d');
    assert.equal(oneLine('abcdef', 4), 'abc…');
  });

  it('can’t change the direction of adjacent text', () => {
    assert.equal(oneLine('safe\u202egpj.exe\u2066x\u2069'), 'safegpj.exex');
  });

  it('never becomes a link in a message', () => {
    // The expression with which the editor finds links in messages.
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
    const text = 'job [Retry](command:workbench.action.quit) [a](https://evil.example "t") [b](file:///etc)';
    assert.match(text, link);
    assert.doesNotMatch(escapeLinks(text), link);
    assert.equal(escapeLinks(text).replaceAll('\u2060', ''), text);
  });

  it('is escaped for Markdown and icons', () => {
    assert.doesNotMatch(escapeMarkdown('[a](b) *c* `d` <e> $(f) http://g'), /[[\]()*`<>$/]/);
    assert.equal(escapeIcons('$(trash) $(sync~spin) $(no icon'), '\\$(trash) \\$(sync~spin) $(no icon');
  });

  it('has its values inserted', () => {
    assert.equal(t('{0} of {1}', 1, 2), '1 of 2');
  });
});
