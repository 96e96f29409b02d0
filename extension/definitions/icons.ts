/** Names and drawings of the editor's icons, read from the pages' style sheet and sprite. The editor has no API for them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Drawing } from '../detail/tab.ts';

/** Icons by name. Some names have no drawing. */
export interface Icons {
  readonly names: ReadonlySet<string>;
  drawing(name: string): Drawing | null;
}

/** Reads the icons from a folder on first use. Null if they can’t be read; names are not checked then. */
export function loadIcons(folder: string, log: (line: string) => void): () => Promise<Icons | null> {
  let icons: Promise<Icons | null> | undefined;
  return () => {
    icons ??= readIcons(folder).catch((error: unknown) => {
      log(`Could not read the icon names: ${error instanceof Error ? error.message : String(error)}`);
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
