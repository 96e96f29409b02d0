/** The language of a page: the extension wrote it and the texts into the document the page was loaded with. */
import { type Bundle, type Translate, translateBy, translated, untranslated } from '../shared/translate.ts';

/** Id of the element of the document that has the texts as JSON; without it they are English. */
const textsId = 'texts';

/** Makes texts in the language of the page. A document has one language as long as it lives. */
export const t: Translate = pageTranslate(globalThis.document);

/** A table of texts in the language of the page; `npm run l10n` finds them by this name. */
export function pageTexts<const T extends Parameters<typeof translated>[0]>(table: T) {
  return translated(table, t);
}

/** What translates into the language of a document; without one, as in tests, nothing does. */
function pageTranslate(page: Document | undefined): Translate {
  if (page === undefined) return untranslated;
  const bundle = JSON.parse(page.getElementById(textsId)?.textContent ?? '{}') as Bundle;
  return translateBy(bundle, page.documentElement.lang);
}
