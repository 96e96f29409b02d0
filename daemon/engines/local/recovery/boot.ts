/** Records where the last daemon ran: only there do the process IDs in run folders mean anything. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { currentPlace, type Place, type Relation, relationTo, toPlace } from '../../../../shared/client/place.ts';
import { replaceFile } from '../../../../shared/files/replaceFile.ts';
import { readSmallFile } from '../../../../shared/files/smallFile.ts';

export class BootRecord {
  readonly #file: string;
  readonly #current: Place;

  constructor(file: string, current: Place = currentPlace()) {
    this.#file = file;
    this.#current = current;
  }

  /** How the place of the last daemon relates to this one. Without a record, its processes count as gone. */
  read(): { relation: Relation; host: string } {
    const text = readSmallFile(this.#file)?.trim() ?? '';
    const place = parse(text);
    const relation = text === '' ? 'gone' : relationTo(place, this.#current);
    return { relation, host: place.host ?? '?' };
  }

  /** Records the current place. Replaces the file atomically, so that a full disk leaves the old record intact. */
  renew(): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    replaceFile(this.#file, `${JSON.stringify(this.#current)}\n`);
  }
}

/** Earlier versions recorded only the ID of the boot. */
function parse(text: string): Place {
  try {
    return toPlace(JSON.parse(text));
  } catch {
    return { ...toPlace(null), boot: text };
  }
}
