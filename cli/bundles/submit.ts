import { start } from '../start.ts';
import { addSubmit } from '../verbs/submit.ts';

start(addSubmit);
