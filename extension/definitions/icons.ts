/** The editor's icons, from the style sheet and the drawings of the pages: the editor has no list to ask for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Drawing } from '../detail/tab.ts';

/** Icons by name. A name may have no drawing. */
export interface Icons {
  readonly names: ReadonlySet<string>;
  drawing(name: string): Drawing | null;
}

/** Reads them from a folder, when they are first asked for; null when they can’t be read: then no name is checked. */
export function loadIcons(folder: string, log: (line: string) => void): () => Promise<Icons | null> {
  let icons: Promise<Icons | null> | undefined;
  return () => {
    icons ??= readIcons(folder).catch((error: unknown) => {
      log(`The names of icons could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    });
    return icons;
  };
}

async function readIcons(folder: string): Promise<Icons> {
  const [styles, sprite] = await Promise.all(
    ['codicon.css', 'codicon.svg'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { names: namesIn(styles ?? ''), drawing: (name) => drawingIn(sprite ?? '', name) };
}

/** `.codicon-beaker:before` and so on. */
export function namesIn(styles: string): Set<string> {
  return new Set([...styles.matchAll(/\.codicon-([a-z0-9-]+):before/g)].map(([, name]) => String(name)));
}

/** A `<symbol>` of a sprite. */
export function drawingIn(sprite: string, name: string): Drawing | null {
  const at = sprite.indexOf(` id="${name}"`);
  const symbol = at < 0 ? '' : sprite.slice(sprite.lastIndexOf('<symbol', at), sprite.indexOf('</symbol>', at));
  const [, viewBox, body] = /viewBox="([\d. ]+)"[^>]*>(.*)$/s.exec(symbol) ?? [];
  return viewBox === undefined || body === undefined ? null : { viewBox, body };
}
