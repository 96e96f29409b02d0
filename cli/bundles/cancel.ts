import { start } from '../start.ts';
import { addCancel } from '../verbs/cancel.ts';

start(addCancel);
