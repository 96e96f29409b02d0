/** Scripts of a composer.json. */
import type { ProjectScript, ScriptReader } from '../projectScript.ts';
import { jsonObject, lineOf } from './json.ts';

export const composer: ScriptReader = { files: ['composer.json'], read: readComposer };

/** Composer runs these by itself when it installs or updates packages. */
const event = /^(?:pre|post)-|^(?:init|command|pool)$/;

function readComposer(text: string): ProjectScript[] {
  const manifest = jsonObject(text);
  const scripts = jsonObject(manifest.scripts);
  const descriptions = jsonObject(manifest['scripts-descriptions']);
  const lines = text.split('\n');
  return Object.entries(scripts).flatMap(([name, value]) => {
    if (name === '' || event.test(name)) return [];
    const commands = [value].flat().filter((line) => typeof line === 'string');
    const own = descriptions[name];
    const line = typeof own === 'string' ? own : commands.join(' && ');
    return [{ name, line, at: lineOf(lines, 'scripts', name), argv: ['composer', 'run-script', name] }];
  });
}
