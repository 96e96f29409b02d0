/** Texts in the reader's language: what pure code is handed to make them, and what pages and the editor make it of. */

/**
 * The message in the reader's language with `{0}`, `{1}`… filled in, as `vscode.l10n.t`. The message is the key: write
 * it as a literal, whole, so that `npm run l10n` finds it.
 */
export interface Translate {
  (message: string, ...values: (string | number)[]): string;
  /** For numbers and dates, as `de` or `pt-BR`; English where nobody says. */
  readonly language?: string;
  /** The translated template of a message by its key, see messages/render.ts; undefined when it has no translation. */
  readonly template?: (key: string) => string | undefined;
}

/** Translations by key: the English text itself, or the code of a message (see messages/render.ts). */
export type Bundle = Readonly<Record<string, string>>;

/** Puts the values in place of `{0}`, `{1}`…; one without a value stays. */
export function fillIn(message: string, values: readonly (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

/** Fills in without translating: English, as on the command line. */
export const untranslated: Translate = (message, ...values) => fillIn(message, values);

/** Translates by a bundle; what it lacks stays English. */
export function translateBy(bundle: Bundle, language: string): Translate {
  const translate = (message: string, ...values: (string | number)[]) => fillIn(bundle[message] ?? message, values);
  return Object.assign(translate, { language, template: (key: string) => bundle[key] });
}

/** Marks a table of messages, so that `npm run l10n` finds them; `translated` or `t(table[key])` translates. */
export function texts<const T>(table: T): T {
  return table;
}

type Table = { readonly [key: string]: string | Table };
/** A table of the same form, with any text in place of each. */
export type Translated<T> = { readonly [K in keyof T]: T[K] extends string ? string : Translated<T[K]> };

/** Every message of a table in the reader's language. Its placeholders stay, to be filled in. */
export function translated<const T extends Table>(table: T, t: Translate): Translated<T> {
  const entries = Object.entries(table).map(([key, value]): [string, string | Table] => [
    key,
    typeof value === 'string' ? t(value) : translated(value, t),
  ]);
  return Object.fromEntries(entries) as Translated<T>;
}
