import { start } from '../start.ts';
import { addShow } from '../verbs/show.ts';

start(addShow);
