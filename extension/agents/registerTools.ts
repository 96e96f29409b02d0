/** Registers the language model tools that package.json declares. Their bundle, `dist/agents.cjs`, is loaded when one is used. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { toolIdOf } from '../base/ids.ts';
import type { Input, ToolsDeps } from './languageModelTools.ts';

export function registerTools(
  { extensionPath, packageJSON }: Pick<vscode.Extension<unknown>, 'extensionPath' | 'packageJSON'>,
  deps: ToolsDeps,
): vscode.Disposable {
  const file = join(extensionPath, 'dist', 'agents.cjs');
  let loaded: ReadonlyMap<string, vscode.LanguageModelTool<Input>> | undefined;
  const tool = (name: string) => {
    loaded ??= (createRequire(file)(file) as typeof import('./languageModelTools.ts')).languageModelTools(deps);
    const found = loaded.get(name);
    if (found === undefined) throw new TypeError(`package.json declares an unknown tool: ${name}.`);
    return found;
  };
  const declared = packageJSON.contributes.languageModelTools as { name: string }[];
  return vscode.Disposable.from(
    ...declared.map(({ name: id }) => {
      const name = id.slice(toolIdOf('').length);
      return vscode.lm.registerTool<Input>(id, {
        prepareInvocation: (options, token) => tool(name).prepareInvocation?.(options, token),
        invoke: (options, token) => tool(name).invoke(options, token),
      });
    }),
  );
}
