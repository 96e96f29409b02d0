import assert from 'node:assert/strict';
import { readValues } from '../../../../extension/daemonSettings/configText.ts';
import { merge } from '../../../../extension/daemonSettings/merge.ts';
import { changeValues, parseCommented } from '../../../../extension/definitions/configEdit.ts';

describe('the daemon’s settings in the editor and in config.json', () => {
  for (const [what, agreed, file, editor, toFile, toEditor] of [
    ['change nothing when both are the same', {}, { a: 1 }, { a: 1 }, {}, {}],
    ['change nothing when neither is set', {}, {}, {}, {}, {}],
    ['are written to the file when the user changes one', { a: 1 }, { a: 1 }, { a: 2 }, { a: 2 }, {}],
    ['are written to a file without them', {}, {}, { a: 2 }, { a: 2 }, {}],
    ['are removed from the file when the user resets one', { a: 1 }, { a: 1 }, {}, { a: undefined }, {}],
    ['follow the file when it changes', { a: 1 }, { a: 3 }, { a: 1 }, {}, { a: 3 }],
    ['follow the file when a key is removed', { a: 1 }, {}, { a: 1 }, {}, { a: undefined }],
    ['follow the file when both have changed', { a: 1 }, { a: 3 }, { a: 2 }, {}, { a: 3 }],
    ['follow a file that the editor sees for the first time', {}, { a: 3 }, { a: 2 }, {}, { a: 3 }],
    ['leave the file alone when the user never set them', {}, { a: 3 }, {}, {}, { a: 3 }],
    ['know null from a setting that is not set', { a: null }, { a: null }, {}, { a: undefined }, {}],
  ] as const) {
    it(what, () => assert.deepEqual(merge({ agreed, file, editor }), { file: toFile, editor: toEditor }));
  }
});

describe('the text of config.json', () => {
  const text = '{\n    "future": {"x": [1]},\n    "retention": {\n        "days": 3\n    },\n    "port": 1\n}\n';

  const read = (json: string, names: readonly string[]) => readValues(json, names, parseCommented);

  it('keeps unknown keys, their order and the layout when values change', () => {
    assert.equal(
      changeValues(text, { 'retention.days': 4, 'retention.jobs': 5, port: undefined }),
      '{\n    "future": {"x": [1]},\n    "retention": {\n        "days": 4,\n        "jobs": 5\n    }\n}\n',
    );
  });

  it('loses a section with its last value', () => {
    assert.equal(changeValues(text, { 'retention.days': undefined, port: 2 })?.includes('retention'), false);
  });

  it('is made for a file that does not exist', () => {
    assert.equal(
      changeValues('', { 'disk.warnGigabytes': null }),
      '{\n  "disk": {\n    "warnGigabytes": null\n  }\n}\n',
    );
  });

  it('keeps its comments, and may have trailing commas', () => {
    const commented = '{\n  // Keep a month.\n  "retention": {\n    "days": 30, // days\n  },\n}\n';
    assert.deepEqual(read(commented, ['retention.days']), { 'retention.days': 30 });
    const changed = changeValues(commented, { 'retention.days': 7, port: 5 }) ?? '';
    assert.match(changed, /\/\/ Keep a month\.\n {2}"retention": \{\n {4}"days": 7, \/\/ days/);
    assert.deepEqual(read(changed, ['retention.days', 'port']), { 'retention.days': 7, port: 5 });
  });

  it('gets a section where another value was', () => {
    assert.deepEqual(read(changeValues('{"disk": 3}', { 'disk.x': 1 }) ?? '', ['disk.x']), { 'disk.x': 1 });
  });

  it('has the values that are numbers or null', () => {
    const values = read('{"a": 1, "b": {"c": null, "d": "x"}, "e": 2}', ['a', 'b.c', 'b.d', 'x.y']);
    assert.deepEqual(values, { a: 1, 'b.c': null });
  });

  it('is neither read nor changed if it is broken', () => {
    for (const broken of ['{', '[]', '1', '{"a": 1 // comment']) {
      assert.deepEqual([read(broken, ['a']), changeValues(broken, { a: 2 })], [null, null], broken);
    }
  });
});
