/**
 * The rows that a key in a tree applies to. Arrow keys move the focus and leave the selection where it is, and the API knows
 * only the selection (`TreeView.activeItem` is a proposal). The editor's command that toggles the selection of the focused row
 * shows which one it is; a second time restores the selection.
 */
interface Selectable<Node> {
  readonly selection: readonly Node[];
}

/**
 * The focused row of the tree with the keyboard focus, or all selected rows if it is one of them. `toggle` runs the editor's
 * command `list.toggleSelection`.
 */
export async function focusedRows<Node extends { readonly id: string }>(
  view: Selectable<Node>,
  toggle: () => PromiseLike<unknown>,
): Promise<readonly Node[]> {
  const before = view.selection;
  await toggle();
  const after = view.selection;
  await toggle();
  const added = after.filter(({ id }) => before.every((node) => node.id !== id));
  return added.length === 1 ? added : before;
}
