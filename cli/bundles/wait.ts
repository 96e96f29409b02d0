import { start } from '../start.ts';
import { addWait } from '../verbs/wait.ts';

start(addWait);
