import { start } from '../start.ts';
import { addRun } from '../verbs/run.ts';

start(addRun);
