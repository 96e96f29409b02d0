/** Provides Jobdeck's MCP server to agents in the editor, if enabled. Off by default: they have the same tools without it. */
import * as vscode from 'vscode';
import { settingIds } from '../base/ids.ts';

/** ID of the provider in package.json. */
const mcpProviderId = 'jobdeck.mcp';

export interface McpDeps {
  /** `dist/mcp.js` and the extension's version. */
  readonly serverFile: string;
  readonly version: string;
  /** The daemon's home. */
  readonly home: string;
}

export function registerMcpServer({ serverFile, version, home }: McpDeps): vscode.Disposable {
  const changes = new vscode.EventEmitter<void>();
  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingIds.mcpServer)) changes.fire();
  });
  const provider = vscode.lm.registerMcpServerDefinitionProvider(mcpProviderId, {
    onDidChangeMcpServerDefinitions: changes.event,
    provideMcpServerDefinitions() {
      const wanted = vscode.workspace.getConfiguration().get<boolean>(settingIds.mcpServer, false);
      if (!wanted || !vscode.workspace.isTrusted) return [];
      const env = { ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1', JOBDECK_HOME: home };
      const server = new vscode.McpStdioServerDefinition('Jobdeck', process.execPath, [serverFile], env, version);
      server.cwd = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
      return [server];
    },
  });
  return vscode.Disposable.from(changes, settings, provider);
}
