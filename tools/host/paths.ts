/** Folders of this checkout. */
import { join, resolve } from 'node:path';

/** The root of the checkout. */
export const root = resolve(import.meta.dirname, '../..');

/** Downloads and installations shared by tests and `npm start`; not under version control. */
export const cache = join(root, '.vscode-test');

/** The built command line. */
export const cli = join(root, 'dist', 'cli.js');
