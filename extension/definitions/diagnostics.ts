/** Errors in open definition files that the editor does not find with the schema. */
import * as vscode from 'vscode';
import { messageText } from '../../shared/messages/render.ts';
import type { Translate } from '../../shared/translate.ts';
import { Throttle } from '../base/throttle.ts';
import type { DefinitionFiles, FilePlace } from './definitionFiles.ts';
import type { ReadProblem } from './tools.ts';

/** Milliseconds between two checks while the user types. */
const checkInterval = 300;

/** Files that package.json assigns the schema to, so that the editor validates them. */
const withSchema = /[/\\](\.vscode|jobdeck)[/\\]jobs\.json$/;

export class DefinitionDiagnostics implements vscode.Disposable {
  readonly #files: DefinitionFiles;
  readonly #t: Translate;
  readonly #collection = vscode.languages.createDiagnosticCollection('jobdeck');
  readonly #changed = new Set<vscode.TextDocument>();
  readonly #throttle = new Throttle(checkInterval, () => void this.#check());
  readonly #subscriptions: vscode.Disposable[];

  constructor(files: DefinitionFiles, t: Translate) {
    this.#files = files;
    this.#t = t;
    const look = (document: vscode.TextDocument) => {
      if (files.placeOf(document.uri) === null) return;
      this.#changed.add(document);
      this.#throttle.request();
    };
    this.#subscriptions = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument(look),
      vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#collection.delete(uri)),
    ];
    vscode.workspace.textDocuments.forEach(look);
  }

  dispose(): void {
    this.#throttle.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #check(): Promise<void> {
    const documents = [...this.#changed];
    this.#changed.clear();
    for (const document of documents) {
      const place = this.#files.placeOf(document.uri);
      if (place === null || document.isClosed) continue;
      const { version } = document;
      const { problems } = await this.#files.parse(place, document.getText());
      // The document changed in the meantime and will be checked again.
      if (document.isClosed || document.version !== version) continue;
      this.#collection.set(
        document.uri,
        shownProblems(place, problems).map((problem) => toDiagnostic(problem, this.#t)),
      );
    }
  }
}

function shownProblems({ uri }: FilePlace, problems: readonly ReadProblem[]): ReadProblem[] {
  return problems.filter(({ beyondSchema }) => beyondSchema || !withSchema.test(uri.fsPath));
}

function toDiagnostic({ line, column, endColumn, message, warning }: ReadProblem, t: Translate): vscode.Diagnostic {
  const { Warning, Error: Wrong } = vscode.DiagnosticSeverity;
  const range = new vscode.Range(line, column, line, endColumn);
  const diagnostic = new vscode.Diagnostic(range, messageText(message, t), warning ? Warning : Wrong);
  diagnostic.source = 'Jobdeck';
  return diagnostic;
}
