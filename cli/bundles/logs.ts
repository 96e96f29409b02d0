import { start } from '../start.ts';
import { addLogs } from '../verbs/logs.ts';

start(addLogs);
