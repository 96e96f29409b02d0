/** Folding ranges and outline of a log: groups and error lines. */
import * as vscode from 'vscode';
import { isErrorLine } from '../../../shared/errorLine.ts';
import { logScheme } from '../../base/ids.ts';
import { oneLine, type Translate } from '../../base/text.ts';
import { findSections, type Section } from '../analysis/sections.ts';

/** Maximum number of errors in the outline. In a long log, the last ones matter most. */
const errorLimit = 500;

export class LogStructure implements vscode.FoldingRangeProvider, vscode.DocumentSymbolProvider, vscode.Disposable {
  readonly #t: Translate;
  readonly #registration: vscode.Disposable;

  constructor(t: Translate) {
    this.#t = t;
    const selector = { scheme: logScheme };
    this.#registration = vscode.Disposable.from(
      vscode.languages.registerFoldingRangeProvider(selector, this),
      vscode.languages.registerDocumentSymbolProvider(selector, this, { label: t('Log') }),
    );
  }

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const ranges = (sections: readonly Section[]): vscode.FoldingRange[] =>
      sections.flatMap(({ start, end, children }) => [
        ...(end > start ? [new vscode.FoldingRange(start, end, vscode.FoldingRangeKind.Region)] : []),
        ...ranges(children),
      ]);
    return ranges(findSections(linesOf(document)));
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const lines = linesOf(document);
    const roots = findSections(lines).map((section) => this.#group(section, document));
    const errors: number[] = [];
    for (let line = lines.length - 1; line >= 0 && errors.length < errorLimit; line -= 1) {
      if (isErrorLine(lines[line] ?? '')) errors.push(line);
    }
    for (const line of errors.reverse()) {
      const range = document.lineAt(line).range;
      const name = oneLine(lines[line] ?? '', 120);
      innermost(roots, line).push(new vscode.DocumentSymbol(name, '', vscode.SymbolKind.Event, range, range));
    }
    return roots;
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #group({ title, start, end, children }: Section, document: vscode.TextDocument): vscode.DocumentSymbol {
    const head = document.lineAt(start).range;
    const range = new vscode.Range(head.start, document.lineAt(end).range.end);
    const name = oneLine(title, 120) || this.#t('Group');
    const symbol = new vscode.DocumentSymbol(name, '', vscode.SymbolKind.Namespace, range, head);
    symbol.children = children.map((child) => this.#group(child, document));
    return symbol;
  }
}

/** The innermost list of symbols that contains a line. */
function innermost(symbols: vscode.DocumentSymbol[], line: number): vscode.DocumentSymbol[] {
  const around = symbols.find(({ kind, range }) => {
    return kind === vscode.SymbolKind.Namespace && range.start.line <= line && line <= range.end.line;
  });
  return around === undefined ? symbols : innermost(around.children, line);
}

function linesOf(document: vscode.TextDocument): string[] {
  return document.getText().split('\n');
}
