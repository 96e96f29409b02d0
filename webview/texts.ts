/** Translates a page's texts. The extension writes the language and the texts into the page's document. */
import { type Bundle, type Translate, translateBy, translated, untranslated } from '../shared/translate.ts';

/** ID of the element with the texts as JSON. Without it, texts are in English. */
const textsId = 'texts';

/** Translates into the language of the page, which never changes. */
export const t: Translate = pageTranslate(globalThis.document);

/** A table of texts in the language of the page; `npm run l10n` finds them by this name. */
export function pageTexts<const T extends Parameters<typeof translated>[0]>(table: T) {
  return translated(table, t);
}

/** The translator of a document. Without a document, as in tests, texts are in English. */
function pageTranslate(page: Document | undefined): Translate {
  if (page === undefined) return untranslated;
  const bundle = JSON.parse(page.getElementById(textsId)?.textContent ?? '{}') as Bundle;
  return translateBy(bundle, page.documentElement.lang);
}
