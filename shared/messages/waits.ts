/** What exactly a job waits for, beside the reason. `waitSentence` puts it into a sentence. */
import { defineMessages } from './define.ts';

export const waitDetail = defineMessages({
  'wait.places': '{taken} of {limit}',
  'wait.job': '`{job}`',
  'wait.jobs': { one: '`{job}` and {count} other', other: '`{job}` and {count} others' },
  'wait.retry': '{retry} of {of}',
  'wait.functionPaused': 'the function is paused',
  'wait.throttle': '{limit} per {period}',
  'wait.sleep': 'sleeps',
  'wait.startsLater': 'starts later',
});
