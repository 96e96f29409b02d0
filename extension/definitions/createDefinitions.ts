/** Makes the parts around definitions and hands each what it needs. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Translate } from '../base/text.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { DefinitionFiles } from './definitionFiles.ts';
import { DefinitionDiagnostics } from './diagnostics.ts';
import { loadIcons } from './icons.ts';
import { InForceOffer } from './inForceOffer.ts';
import { DefinitionLenses } from './lenses.ts';
import { loadTools, type Tools } from './loadTools.ts';
import { Presentation } from './presentation.ts';

/** Where the folders are kept that nobody wants to be asked for again, for all windows. */
const declinedKey = 'definitionsDeclined';

export interface DefinitionParts {
  readonly definitions: DefinitionFiles;
  readonly presentation: Presentation;
  readonly lenses: DefinitionLenses;
  tools(): Tools;
}

export interface CreateOptions {
  readonly context: vscode.ExtensionContext;
  /** The daemon's. */
  readonly home: string;
  readonly connection: DaemonAccess;
  readonly model: JobsModel;
  readonly t: Translate;
  log(line: string): void;
}

export function createDefinitions({ context, home, connection, model, t, log }: CreateOptions): DefinitionParts {
  const tools = loadTools(context.extensionPath);
  const icons = loadIcons(join(context.extensionPath, 'dist', 'webview'), log);
  const definitions = new DefinitionFiles({ home, tools, icons });
  // A folder nobody trusts must not put what is in the environment into an address.
  const env = () => (vscode.workspace.isTrusted ? process.env : {});
  const presentation = new Presentation({ files: definitions, access: connection, env, icons, log });
  const lenses = new DefinitionLenses({ files: definitions, presentation, model, t });
  const declined = {
    read: () => context.globalState.get<string[]>(declinedKey, []),
    write: (folders: readonly string[]) => void context.globalState.update(declinedKey, folders),
  };
  context.subscriptions.push(
    ...[definitions, presentation, lenses, new DefinitionDiagnostics(definitions)],
    new InForceOffer({ files: definitions, access: connection, t, declined, log }),
  );
  return { definitions, presentation, lenses, tools };
}
