/** How a panel gets its page: what it may do and load, and the document it starts from. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './html.ts';

/** Where all that pages may load is. */
function pageRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** What a panel is made with that is to have a page. */
export function panelOptions(extensionUri: vscode.Uri): vscode.WebviewPanelOptions & vscode.WebviewOptions {
  return { ...pageOptions(extensionUri), enableFindWidget: true };
}

function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pageRoot(extensionUri)] };
}

/** Loads a page, by the name of its bundle; `jobId`: the job it is about, null for none. */
export function loadPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { name, jobId }: { name: 'detail' | 'stats'; jobId: string | null },
): void {
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(extensionUri), file)).toString();
  // Also a panel that the editor brought back has no right but these.
  webview.options = pageOptions(extensionUri);
  webview.html = pageHtml({
    jobId,
    language: vscode.env.language,
    texts: vscode.l10n.bundle,
    source: webview.cspSource,
    nonce: randomBytes(18).toString('base64url'),
    script: address(`${name}.js`),
    styles: [address('codicon.css'), address(`${name}.css`)],
  });
}
