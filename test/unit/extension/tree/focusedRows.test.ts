import assert from 'node:assert/strict';
import { focusedRows } from '../../../../extension/tree/focusedRows.ts';

describe('the rows that a key applies to', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ id }));
  const pick = (...ids: string[]) => rows.filter(({ id }) => ids.includes(id));

  /** A tree whose command toggles the selection of the focused row, as the editor's does. */
  function tree(focused: string, ...selected: string[]) {
    const view = { selection: pick(...selected) };
    const toggle = async () => {
      const isSelected = view.selection.some(({ id }) => id === focused);
      // The editor makes new arrays, and may make new rows.
      view.selection = isSelected
        ? view.selection.filter(({ id }) => id !== focused)
        : [...view.selection.map((row) => ({ ...row })), ...pick(focused)];
    };
    return { view, toggle };
  }

  for (const [what, focused, selected, expected] of [
    ['are the focused row, not the selected one', 'b', ['a'], ['b']],
    ['are the focused row if none is selected', 'b', [], ['b']],
    ['are all selected rows if the focused one is among them', 'b', ['a', 'b'], ['a', 'b']],
  ] as const) {
    it(what, async () => {
      const { view, toggle } = tree(focused, ...selected);
      const found = await focusedRows(view, toggle);
      assert.deepEqual(
        found.map(({ id }) => id),
        expected,
      );
      assert.deepEqual(view.selection.map(({ id }) => id).sort(), [...selected]);
    });
  }

  it('are the selected rows if no row is focused', async () => {
    const view = { selection: pick('a') };
    assert.deepEqual(await focusedRows(view, async () => undefined), pick('a'));
  });
});
