/** Processes that keep running after their job has finished. */
import { defineMessages } from './define.ts';

export const leftoverMessage = defineMessages({
  'leftovers.running': { one: '1 process still running', other: '{count} processes still running' },
});
