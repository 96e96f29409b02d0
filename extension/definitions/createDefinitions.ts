/** Creates the parts that handle definitions. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Translate } from '../base/text.ts';
import type { DaemonAccess, FeedHints } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { ActivationOffer } from './activationOffer.ts';
import { DefinitionFiles } from './definitionFiles.ts';
import { DefinitionDiagnostics } from './diagnostics.ts';
import { loadIcons } from './icons.ts';
import { InactiveSchedules } from './inactiveSchedules.ts';
import { DefinitionLenses } from './lenses.ts';
import { loadTools, type Tools } from './loadTools.ts';
import { PendingChanges } from './pendingChanges.ts';
import { Presentation } from './presentation.ts';

/** Key in the global state for folders that the user doesn't want to be asked about again. */
const declinedKey = 'definitionsDeclined';

export interface DefinitionParts {
  readonly definitions: DefinitionFiles;
  readonly presentation: Presentation;
  readonly lenses: DefinitionLenses;
  readonly pending: PendingChanges;
  readonly inactive: InactiveSchedules;
  tools(): Tools;
}

export interface CreateOptions {
  readonly context: vscode.ExtensionContext;
  /** The daemon's home. */
  readonly home: string;
  readonly connection: DaemonAccess & FeedHints;
  readonly model: JobsModel;
  readonly t: Translate;
  log(line: string): void;
}

export function createDefinitions({ context, home, connection, model, t, log }: CreateOptions): DefinitionParts {
  const tools = loadTools(context.extensionPath);
  const icons = loadIcons(join(context.extensionPath, 'dist', 'webview'), log);
  const definitions = new DefinitionFiles({ home, tools, icons });
  // A definition in an untrusted workspace must not read environment variables, which may contain secrets.
  const env = () => (vscode.workspace.isTrusted ? process.env : {});
  const presentation = new Presentation({ files: definitions, access: connection, env, icons, log });
  const pending = new PendingChanges({ access: connection, t, log });
  const inactive = new InactiveSchedules({ files: definitions, access: connection });
  const lenses = new DefinitionLenses({ files: definitions, presentation, pending, inactive, model, t });
  const declined = {
    read: () => context.globalState.get<string[]>(declinedKey, []),
    write: (folders: readonly string[]) => void context.globalState.update(declinedKey, folders),
  };
  context.subscriptions.push(
    definitions,
    presentation,
    lenses,
    pending,
    inactive,
    new DefinitionDiagnostics(definitions, t),
    new ActivationOffer({ files: definitions, access: connection, t, declined, log }),
  );
  return { definitions, presentation, lenses, pending, inactive, tools };
}
