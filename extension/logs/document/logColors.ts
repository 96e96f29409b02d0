/** Applies the colors of a log's output to its document, with the terminal colors of the theme. */
import * as vscode from 'vscode';
import type { Span } from '../../../shared/terminal/plainText.ts';
import { type Color, type Style, styleKey } from '../../../shared/terminal/style.ts';
import { logScheme } from '../../base/ids.ts';
import type { LogDocuments } from './logDocuments.ts';

/** Theme names of the ANSI colors, in order. */
const themeColors = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'];

export class LogColors implements vscode.Disposable {
  readonly #documents: LogDocuments;
  readonly #types = new Map<string, vscode.TextEditorDecorationType>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(documents: LogDocuments) {
    this.#documents = documents;
    this.#subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors((editors) => this.#paintAll(editors)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#paintAll(vscode.window.visibleTextEditors.filter((editor) => editor.document === document));
      }),
    ];
    this.#paintAll(vscode.window.visibleTextEditors);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const type of this.#types.values()) type.dispose();
  }

  #paintAll(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) if (editor.document.uri.scheme === logScheme) this.#paint(editor);
  }

  #paint(editor: vscode.TextEditor): void {
    const spans = this.#documents.rendered(editor.document.uri)?.spans ?? [];
    const byStyle = new Map<string, Span[]>([...this.#types.keys()].map((key) => [key, []]));
    for (const span of spans) {
      const key = styleKey(span.style);
      const same = byStyle.get(key);
      if (same === undefined) byStyle.set(key, [span]);
      else same.push(span);
    }
    for (const [key, same] of byStyle) editor.setDecorations(this.#type(key, same), same.map(toRange));
  }

  #type(key: string, spans: readonly Span[]): vscode.TextEditorDecorationType {
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    const type = vscode.window.createTextEditorDecorationType(toDecoration(spans[0]?.style ?? {}));
    this.#types.set(key, type);
    return type;
  }
}

function toRange({ line, start, end }: Span): vscode.Range {
  return new vscode.Range(line, start, line, end);
}

function toDecoration(style: Style): vscode.DecorationRenderOptions {
  const [front, back] = style.inverse ? [style.background, style.foreground] : [style.foreground, style.background];
  const lines = [...(style.underline ? ['underline'] : []), ...(style.strike ? ['line-through'] : [])];
  return {
    color:
      front === undefined ? (style.inverse ? new vscode.ThemeColor('editor.background') : undefined) : toColor(front),
    backgroundColor:
      back === undefined ? (style.inverse ? new vscode.ThemeColor('editor.foreground') : undefined) : toColor(back),
    fontWeight: style.bold ? 'bold' : undefined,
    fontStyle: style.italic ? 'italic' : undefined,
    opacity: style.faint ? '0.7' : undefined,
    textDecoration: lines.length > 0 ? lines.join(' ') : undefined,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  };
}

function toColor(color: Color): string | vscode.ThemeColor {
  if (typeof color === 'string') return color;
  return new vscode.ThemeColor(`terminal.ansi${color >= 8 ? 'Bright' : ''}${themeColors[color % 8]}`);
}
