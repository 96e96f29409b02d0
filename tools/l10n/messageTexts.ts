/** The messages in shared/messages: English templates by the keys used for rendering. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formKey, hintKey } from '../../shared/messages/render.ts';
import type { Plural, Template } from '../../shared/messages/template.ts';

/** A table entry: a template, or a problem with its hint. */
type Entry = Template | { message: Template; hint?: string };

export interface MessageTexts {
  readonly texts: Record<string, string>;
  /** Codes defined by more than one table. */
  readonly twice: readonly string[];
}

/** Collects the messages of all tables in a folder. */
export async function messageTexts(folder: string): Promise<MessageTexts> {
  const texts: Record<string, string> = {};
  const twice: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.ts')) continue;
    const module = (await import(join(folder, name))) as Record<string, unknown>;
    for (const [key, text] of Object.values(module).flatMap(tableTexts)) {
      if (Object.hasOwn(texts, key)) twice.push(key);
      texts[key] = text;
    }
  }
  return { texts, twice };
}

/** Keys and templates of an export. Empty if it is not a table of messages. */
function tableTexts(exported: unknown): [string, string][] {
  if (typeof exported !== 'function' || !('table' in exported)) return [];
  return Object.entries(exported.table as Record<string, Entry>).flatMap(([code, entry]) => entryTexts(code, entry));
}

function entryTexts(code: string, entry: Entry): [string, string][] {
  if (typeof entry === 'string' || isPlural(entry)) return templateTexts(code, entry);
  const hint: [string, string][] = entry.hint === undefined ? [] : [[code + hintKey, entry.hint]];
  return [...templateTexts(code, entry.message), ...hint];
}

function templateTexts(code: string, template: Template): [string, string][] {
  if (typeof template === 'string') return [[code, template]];
  return [
    [code + formKey('one'), template.one],
    [code + formKey('other'), template.other],
  ];
}

function isPlural(entry: Exclude<Entry, string>): entry is Plural {
  return 'other' in entry;
}
