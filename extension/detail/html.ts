/** The document a page starts from: nothing but its own bundle may run, and nothing is fetched from anywhere. */
import type { Bundle } from '../../shared/translate.ts';

export interface PageParts {
  /** The job it is about; null when it is about none. */
  jobId: string | null;
  /** Language of the texts, as `en` or `de-AT`. */
  language: string;
  /** Texts in that language; undefined for English. */
  texts: Bundle | undefined;
  /** Where resources come from, as the editor's content security policy source. */
  source: string;
  /** Lets the one script run. Different for every document. */
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
  // Commands picked from the page's context menu are told the job by the context.
  const subject =
    jobId === null
      ? ''
      : ` data-job-id="${escapeHtml(jobId)}" data-vscode-context="${escapeHtml(JSON.stringify({ jobId }))}"`;
  // Data, which no policy lets run; no text in it can end the element.
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
