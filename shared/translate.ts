/** Texts in the reader's language: what pure code is handed to make them, and what pages and the editor make it of. */

/**
 * The message in the reader's language with `{0}`, `{1}`… filled in, as `vscode.l10n.t`. The message is the key: write
 * it as a literal, whole, so that `npm run l10n` finds it.
 */
export interface Translate {
  (message: string, ...values: (string | number)[]): string;
  /** For numbers and dates, as `de` or `pt-BR`; English where nobody says. */
  readonly language?: string;
  /** What the daemon says, by its English text; null for what is not known. Use `said`. */
  readonly said?: (text: string) => string | null;
}

/** Translations by their key: the message itself, or `message/daemon` for what the daemon says. */
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
  return Object.assign(translate, { language, said: daemonTexts(bundle) });
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

/** What the daemon said, in the reader's language where it is known; else as it came. */
export function said<T extends string | null>(text: T, t: Translate): T {
  return text === null ? text : ((t.said?.(text) ?? text) as T);
}

/** Ends the keys of what the daemon says, as `vscode.l10n` does with a comment. */
export const daemonKey = '/daemon';

interface Sentence {
  readonly pattern: RegExp;
  /** Which value of the translation each group of the pattern is. */
  readonly order: readonly number[];
  readonly translation: string;
  /** Characters of the sentence that are its own: the more, the surer it is meant. */
  readonly own: number;
}

/** How many answers are remembered: timelines say the same again and again. */
const remembered = 2_000;
/** Characters of what may be a sentence, and how deep one may stand in another: jobs put what they like into them. */
const longest = 2_000;
const deepest = 3;

/**
 * Recognises the sentences of the daemon by their English words, so that also those of jobs long ended, and of another
 * version, can be read in the reader's language. Values between the words are taken over as they are.
 */
export function daemonTexts(bundle: Bundle): (text: string) => string | null {
  let sentences: Sentence[] | null = null;
  const known = new Map<string, string | null>();
  const find = (text: string, depth: number): string | null => {
    sentences ??= sentencesOf(bundle);
    for (const { pattern, order, translation } of sentences) {
      const match = pattern.exec(text);
      if (match === null) continue;
      const values: string[] = [];
      // A value may be a sentence itself, such as a reason or a hint.
      for (const [at, place] of order.entries()) {
        const value = match[at + 1] ?? '';
        values[place] = answer(value, depth + 1) ?? value;
      }
      return fillIn(translation, values);
    }
    return null;
  };
  const answer = (text: string, depth = 0): string | null => {
    if (depth > deepest || text.length > longest) return null;
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= remembered) known.clear();
    const found = find(text, depth);
    known.set(text, found);
    return found;
  };
  return (text) => answer(text);
}

function sentencesOf(bundle: Bundle): Sentence[] {
  return Object.entries(bundle)
    .filter(([key]) => key.endsWith(daemonKey))
    .map(([key, translation]) => sentenceOf(key.slice(0, -daemonKey.length), translation))
    .sort((a, b) => b.own - a.own);
}

function sentenceOf(message: string, translation: string): Sentence {
  const parts = message.split(/\{(\d+)\}/);
  const own = parts.filter((_, at) => at % 2 === 0);
  const pattern = own.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('([\\s\\S]+?)');
  return {
    pattern: new RegExp(`^${pattern}$`),
    order: parts.filter((_, at) => at % 2 === 1).map(Number),
    translation,
    own: own.join('').length,
  };
}
