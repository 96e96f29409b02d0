/** The HTML document of a page. Its content security policy allows only its own bundle to run and no requests. */
import type { Bundle } from '../../shared/translate.ts';

export interface PageParts {
  /** The job shown, or null. */
  jobId: string | null;
  /** Language of the texts, as `en` or `de-AT`. */
  language: string;
  /** Texts in that language; undefined for English. */
  texts: Bundle | undefined;
  /** The content security policy source of the webview. */
  source: string;
  /** Nonce of the script, unique per document. */
  nonce: string;
  script: string;
  styles: string[];
}

export function pageHtml({ jobId, language, texts, source, nonce, script, styles }: PageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `font-src ${source}`,
  ].join('; ');
  // Commands in the page's context menu receive the job from this context.
  const subject =
    jobId === null
      ? ''
      : ` data-job-id="${escapeHtml(jobId)}" data-vscode-context="${escapeHtml(JSON.stringify({ jobId }))}"`;
  // Data only, not executable. Escaping `<` prevents a text from closing the element.
  const data =
    texts === undefined
      ? ''
      : `<script type="application/json" id="texts">${JSON.stringify(texts).replaceAll('<', '\\u003c')}</script>\n    `;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <title>Jobdeck</title>
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    ${styles.map((style) => `<link rel="stylesheet" href="${escapeHtml(style)}">`).join('\n    ')}
  </head>
  <body${subject}>
    ${data}<script type="module" nonce="${nonce}" src="${escapeHtml(script)}"></script>
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
