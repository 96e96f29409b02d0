/** New databases for tests. They are copies, because creating one takes about 30 ms, most of a test's time. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../../daemon/store/database.ts';

interface Template {
  contents: Buffer;
  /** Where the random values are that every new database gets. */
  secrets: { offset: number; digits: number }[];
}

let template: Template | undefined;

/** Writes a new, empty database with the current schema, as `openDatabase` does. */
export function writeEmptyDatabase(file: string): void {
  template ??= createTemplate();
  const contents = Buffer.from(template.contents);
  for (const { offset, digits } of template.secrets) {
    contents.write(randomBytes(digits / 2).toString('hex'), offset, 'latin1');
  }
  writeFileSync(file, contents, { mode: 0o600 });
}

function createTemplate(): Template {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-empty-'));
  const file = join(folder, 'jobs.db');
  try {
    const { db } = openDatabase(file, Date.now);
    const random = db
      .prepare(`SELECT value FROM meta WHERE key IN ('epoch', 'job_token_secret')`)
      .pluck()
      .all() as string[];
    db.close();
    const contents = readFileSync(file);
    const secrets = random.map((value) => ({ offset: contents.indexOf(value), digits: value.length }));
    if (secrets.length !== 2 || secrets.some(({ offset }) => offset < 0)) {
      throw new Error('The random values of the database were not found.');
    }
    return { contents, secrets };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
