/** Texts in the reader's language. Pure code receives a `Translate`, which the editor and the pages create. */

/**
 * The message in the reader's language with `{0}`, `{1}`… filled in, like `vscode.l10n.t`. The message is the key, so
 * write it as one literal, which `npm run l10n` can find.
 */
export interface Translate {
  (message: string, ...values: (string | number)[]): string;
  /** For numbers and dates, such as `de` or `pt-BR`; English by default. */
  readonly language?: string;
  /** The translated template of a message by its key, see messages/render.ts; undefined when it has no translation. */
  readonly template?: (key: string) => string | undefined;
}

/** Translations by key: the English text itself, or the code of a message (see messages/render.ts). */
export type Bundle = Readonly<Record<string, string>>;

/** Replaces `{0}`, `{1}`… by the values. Placeholders without a value stay. */
export function fillIn(message: string, values: readonly (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

/** English, as on the command line: fills in values without translating. */
export const untranslated: Translate = (message, ...values) => fillIn(message, values);

/** Translates by a bundle. Texts that it lacks stay in English. */
export function translateBy(bundle: Bundle, language: string): Translate {
  const translate = (message: string, ...values: (string | number)[]) => fillIn(bundle[message] ?? message, values);
  return Object.assign(translate, { language, template: (key: string) => bundle[key] });
}

/** Marks a table of messages so that `npm run l10n` finds them. Translate with `translated` or `t(table[key])`. */
export function texts<const T>(table: T): T {
  return table;
}

type Table = { readonly [key: string]: string | Table };
/** A table of the same form with any texts. */
export type Translated<T> = { readonly [K in keyof T]: T[K] extends string ? string : Translated<T[K]> };

/** The messages of a table in the reader's language, with their placeholders. */
export function translated<const T extends Table>(table: T, t: Translate): Translated<T> {
  const entries = Object.entries(table).map(([key, value]): [string, string | Table] => [
    key,
    typeof value === 'string' ? t(value) : translated(value, t),
  ]);
  return Object.fromEntries(entries) as Translated<T>;
}
