/** Named steps: `Step 3/7 : RUN make` (docker build), `STEP 3/7: RUN make` (buildah), `Epoch 3/10`, `stage 2 of 5`. */
import { messageOf, withoutLogPrefix } from '../labels.ts';
import { countReading, type FormatParser } from '../reading.ts';

const line =
  /^\W{0,4}(step|stage|phase|part|epoch|task|pass|round|iteration|batch|chunk|file|page|item|test|job|layer|frame|build)s?:? *#?(\d{1,9})(?: ?\/ ?| of )(\d{1,9})(?![\w/.-]*\w)/i;

export const steps: FormatParser = ({ text }) => {
  const trimmed = withoutLogPrefix(text.trimStart());
  const found = line.exec(trimmed);
  if (found === null) return null;
  const word = (found[1] ?? '').toLowerCase();
  return countReading(Number(found[2]), Number(found[3]), {
    key: `step:${word}`,
    trust: /^(?:step|stage|epoch|phase)$/.test(word) ? 'sure' : 'likely',
    label: null,
    message: messageOf(trimmed.slice(found[0].length)),
  });
};
