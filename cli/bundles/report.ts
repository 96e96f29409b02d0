import { start } from '../start.ts';
import { addMessage } from '../verbs/message.ts';
import { addProgress } from '../verbs/progress.ts';
import { addResult } from '../verbs/result.ts';
import { addStep } from '../verbs/step.ts';

start((program, runner) => {
  for (const add of [addProgress, addStep, addMessage, addResult]) add(program, runner);
});
