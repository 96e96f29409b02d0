/** Loads a page into a webview panel, with its permissions. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './html.ts';

/** The folder with all resources that pages may load. */
function pageRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** Options for creating a panel with a page. */
export function panelOptions(extensionUri: vscode.Uri): vscode.WebviewPanelOptions & vscode.WebviewOptions {
  return { ...pageOptions(extensionUri), enableFindWidget: true };
}

function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pageRoot(extensionUri)] };
}

/** Loads the page with the given bundle name. `jobId`: the job shown, or null. */
export function loadPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { name, jobId }: { name: 'detail' | 'stats'; jobId: string | null },
): void {
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(extensionUri), file)).toString();
  // Restored panels need their options set again.
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
