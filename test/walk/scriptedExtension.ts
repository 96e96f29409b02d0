/** This extension with engines beyond this machine that do what a test says. */
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/host/paths.ts';
import { ExtensionCopy } from '../support/extensionCopy.ts';

export class ScriptedExtension extends ExtensionCopy {
  constructor() {
    super();
    for (const engine of ['celery', 'inngest']) {
      copyFileSync(join(root, 'test', 'walk', 'scriptedEngine.cjs'), join(this.folder, 'dist', `${engine}.js`));
    }
  }
}

/** What the engines tell from now on: standings and facts, by engine. */
export function script(home: string, said: Record<string, { standing?: object; facts?: object[] }>): void {
  writeFileSync(join(home, 'scripted.part'), JSON.stringify(said));
  renameSync(join(home, 'scripted.part'), join(home, 'scripted.json'));
}

/** What the engines were asked for. */
export function calls(home: string): unknown[][] {
  const lines = readFileSync(join(home, 'calls.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown[]);
}
