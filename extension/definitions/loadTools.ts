/** Loads the bundle that reads and writes definitions on first use. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

export type Tools = typeof import('./tools.ts');

/** Returns the tools. The first call loads them. */
export function loadTools(extensionPath: string): () => Tools {
  const file = join(extensionPath, 'dist', 'definitions.cjs');
  let tools: Tools | undefined;
  return () => {
    tools ??= createRequire(file)(file) as Tools;
    return tools;
  };
}
