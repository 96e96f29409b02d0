/** Folders of this checkout. */
import { join, resolve } from 'node:path';

/** The checkout itself. */
export const root = resolve(import.meta.dirname, '../..');

/** Downloads and installations that tests and `npm start` share; not under version control. */
export const cache = join(root, '.vscode-test');

/** The built command line. */
export const cli = join(root, 'dist', 'cli.js');
