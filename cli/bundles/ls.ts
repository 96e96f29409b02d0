import { start } from '../start.ts';
import { addLs } from '../verbs/ls.ts';

start(addLs);
