/** Chooses the one item of a view that a command applies to: the row passed to it, the selected one, or one from a list. */
import type * as vscode from 'vscode';
import { pickOne } from './quickInput.ts';

/** What can be chosen, whatever the command: queues, schedules, connections. */
export interface Choosable<T> {
  all(): Promise<readonly T[]>;
  /** What names it in a row of its view; undefined, or anything but a text, in another row. */
  refIn(row: Readonly<Record<string, unknown>>): unknown;
  /** What names the one that is selected in the view. */
  selected(): string | undefined;
  isNamed(one: T, ref: string): boolean;
  /** What to say when there is none of that name any more. */
  gone(ref: string): string;
  item(one: T): vscode.QuickPickItem;
  tell(sentence: string): void;
  /** Instead of saying that the command applies to none: when there is none at all. */
  tellNone?(): void;
}

/** Which of them a command is about. */
export interface OneChoice<T> {
  applies(one: T): boolean;
  readonly placeholder: string;
  /** What to say when it applies to none. */
  readonly none: string;
}

/** The one that is meant; undefined when nobody chose or there is nothing to choose. */
export async function chooseOne<T>(
  kind: Choosable<T>,
  args: readonly unknown[],
  { applies, placeholder, none }: OneChoice<T>,
): Promise<T | undefined> {
  const all = await kind.all();
  // A menu on a row that was just redrawn hands over nothing (microsoft/vscode#144250): what is selected is meant.
  const given = args.length === 0 ? undefined : (refOf(kind, args[0]) ?? kind.selected());
  if (given !== undefined) {
    const one = all.find((each) => kind.isNamed(each, given));
    if (one === undefined) kind.tell(kind.gone(given));
    return one;
  }
  const fitting = all.filter(applies);
  if (fitting.length === 0) {
    if (all.length === 0 && kind.tellNone !== undefined) kind.tellNone();
    else kind.tell(none);
    return undefined;
  }
  const items = fitting.map((one) => ({ ...kind.item(one), one }));
  return (await pickOne(items, { placeHolder: placeholder, matchOnDescription: true, matchOnDetail: true }))?.one;
}

/** What names it, from a row of the view or a text. */
function refOf<T>({ refIn }: Choosable<T>, given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null) return undefined;
  const ref = refIn(given as Record<string, unknown>);
  return typeof ref === 'string' ? ref : undefined;
}
