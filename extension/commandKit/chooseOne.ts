/** Determines the item a command applies to: the row passed to it, the selected row, the only one, or one from a picker. */
import type * as vscode from 'vscode';
import { pickOne } from './quickInput.ts';

/** A kind of item that commands apply to: queues, schedules or connections. */
export interface Choosable<T> {
  all(): Promise<readonly T[]>;
  /** The reference in a row of its view. Not a string for rows of other kinds. */
  refIn(row: Readonly<Record<string, unknown>>): unknown;
  /** Reference of the item selected in the view, if the view is visible. */
  selected(): string | undefined;
  isNamed(one: T, ref: string): boolean;
  /** Message if the item no longer exists. */
  gone(ref: string): string;
  item(one: T): vscode.QuickPickItem;
  showMessage(text: string): void;
  /** Called instead of `showMessage` if there are no items at all. */
  showNone?(): void;
}

/** The items a command applies to. */
export interface OneChoice<T> {
  applies(one: T): boolean;
  readonly placeholder: string;
  /** Message if it applies to none. */
  readonly none: string;
}

/** The item, or undefined if the picker was dismissed or there was nothing to pick. */
export async function chooseOne<T>(
  kind: Choosable<T>,
  args: readonly unknown[],
  { applies, placeholder, none }: OneChoice<T>,
): Promise<T | undefined> {
  const all = await kind.all();
  // A menu on a row that was just redrawn passes no argument (microsoft/vscode#144250). Use the selection.
  const given = args.length === 0 ? undefined : (refOf(kind, args[0]) ?? kind.selected());
  if (given !== undefined) {
    const one = all.find((each) => kind.isNamed(each, given));
    if (one === undefined) kind.showMessage(kind.gone(given));
    return one;
  }
  const fitting = all.filter(applies);
  const selected = kind.selected();
  const looked = selected === undefined ? undefined : all.find((each) => kind.isNamed(each, selected));
  const only = looked ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (only !== undefined && fitting.includes(only)) return only;
  if (fitting.length === 0) {
    if (all.length === 0 && kind.showNone !== undefined) kind.showNone();
    else kind.showMessage(none);
    return undefined;
  }
  const items = fitting.map((one) => ({ ...kind.item(one), one }));
  return (await pickOne(items, { placeHolder: placeholder, matchOnDescription: true, matchOnDetail: true }))?.one;
}

/** The reference in an argument: a string or a row of the view. */
function refOf<T>({ refIn }: Choosable<T>, given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null) return undefined;
  const ref = refIn(given as Record<string, unknown>);
  return typeof ref === 'string' ? ref : undefined;
}
