/** The row that a click selected. */

/** Milliseconds between two looks at the selection, and their number. */
const pause = 20;
const looks = 150;

/** The selected row, if it is the only one. While the editor redraws a list, it knows none of its rows: waits for that. */
export async function selectedRow<Node>(
  view: { readonly selection: readonly Node[] },
  wait: () => Promise<unknown> = () => new Promise((resolve) => setTimeout(resolve, pause)),
): Promise<Node | undefined> {
  for (let left = looks; view.selection.length === 0 && left > 0; left -= 1) await wait();
  const { selection } = view;
  return selection.length === 1 ? selection[0] : undefined;
}
