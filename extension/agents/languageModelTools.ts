/** The language model tools for agents in the editor, as a bundle that is loaded when one is used. Tools that change something ask the user for confirmation. */
import * as vscode from 'vscode';
import { type AgentTool, agentTools, toolError, toolTitles } from '../../shared/client/agent/tools.ts';
import { ownProcess } from '../../shared/client/callerProcess.ts';
import { editorProblem } from '../../shared/messages/editor.ts';
import { escapeMarkdown, oneLine, type Translate } from '../base/text.ts';
import { send } from '../commandKit/send.ts';
import type { DaemonAccess } from '../daemon/access.ts';

export interface ToolsDeps {
  readonly connection: Pick<DaemonAccess, 'client'>;
  /** The folder in which jobs of this window run. */
  folder(): string;
  readonly t: Translate;
}

export type Input = Readonly<Record<string, unknown>>;

/** The tools by their names. */
export function languageModelTools(deps: ToolsDeps): ReadonlyMap<string, vscode.LanguageModelTool<Input>> {
  return new Map(agentTools.map((tool) => [tool.name, languageModelTool(tool, deps)]));
}

function languageModelTool(tool: AgentTool, deps: ToolsDeps): vscode.LanguageModelTool<Input> {
  return {
    prepareInvocation({ input }) {
      const question = tool.question?.(input, deps.t);
      if (question === undefined) return { invocationMessage: deps.t('Querying Jobdeck') };
      const message = new vscode.MarkdownString(escapeMarkdown(oneLine(question, 1000)));
      return { confirmationMessages: { title: deps.t('Jobdeck: {0}', deps.t(toolTitles[tool.name])), message } };
    },
    async invoke({ input }) {
      try {
        if (tool.changes && tool.name !== 'cancel_job' && !vscode.workspace.isTrusted)
          throw editorProblem('ENGINE_NOT_CAPABLE/untrustedAgent');
        const context = { folder: deps.folder(), now: Date.now(), process: ownProcess() };
        return result(await send(deps, (client) => tool.run(input, { ...context, client })));
      } catch (error) {
        return result(toolError(error));
      }
    },
  };
}

function result(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
