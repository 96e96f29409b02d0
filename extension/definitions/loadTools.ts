/** Loads the bundle that reads and writes definitions, when it is first needed. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

export type Tools = typeof import('./tools.ts');

/** Gives the tools; the first time they are loaded from the extension's folder. */
export function loadTools(extensionPath: string): () => Tools {
  const file = join(extensionPath, 'dist', 'definitions.cjs');
  let tools: Tools | undefined;
  return () => {
    tools ??= createRequire(file)(file) as Tools;
    return tools;
  };
}
