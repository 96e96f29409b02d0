/** A copy of this extension whose remote engines are controlled by the test. */
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

/** Sets what the engines report from now on: connection status and facts, by engine. */
export function script(home: string, reports: Record<string, { status?: object; facts?: object[] }>): void {
  writeFileSync(join(home, 'scripted.part'), JSON.stringify(reports));
  renameSync(join(home, 'scripted.part'), join(home, 'scripted.json'));
}

/** The calls to the engines. */
export function calls(home: string): unknown[][] {
  const lines = readFileSync(join(home, 'calls.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown[]);
}
