/**
 * Keeps the daemon's settings in the editor and in `config.json` the same. Pure: what to change on each side, from what both were
 * when they last agreed. In a conflict the file wins, because other editors and people write it, too.
 */

export type Value = number | null;
/** Values by the name of the setting, such as `retention.days`. A setting that is not set is missing. */
export type Values = Readonly<Record<string, Value>>;
/** New values; undefined to unset. */
export type Changes = Readonly<Record<string, Value | undefined>>;

export interface Sides {
  /** When both last agreed. */
  readonly agreed: Values;
  readonly file: Values;
  readonly editor: Values;
}

export function merge({ agreed, file, editor }: Sides): { readonly file: Changes; readonly editor: Changes } {
  const toFile: Record<string, Value | undefined> = {};
  const toEditor: Record<string, Value | undefined> = {};
  for (const name of new Set([...Object.keys(agreed), ...Object.keys(file), ...Object.keys(editor)])) {
    if (file[name] === editor[name]) continue;
    if (file[name] !== agreed[name]) toEditor[name] = file[name];
    else toFile[name] = editor[name];
  }
  return { file: toFile, editor: toEditor };
}
