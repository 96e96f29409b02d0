import { addAllVerbs } from '../allVerbs.ts';
import { start } from '../start.ts';

start(addAllVerbs);
