/**
 * Named steps: `Step 3/7 : RUN make` (docker build), `STEP 3/7: RUN make` (buildah), `Epoch 3/10`, `stage 2 of 5`, and with
 * a part of the step: `Epoch [3/10], Step [70/600]`.
 */
import { messageOf, withoutLogPrefix } from '../labels.ts';
import { countReading, type FormatParser } from '../reading.ts';

const line =
  /^\W{0,4}(step|stage|phase|part|epoch|task|pass|round|iteration|batch|chunk|file|page|item|test|job|layer|frame|build)s?:? *[#[(]?(\d{1,9})(?: ?\/ ?| of )(\d{1,9})(?![\w/.-]*\w)/i;
const part =
  /^[\W_]{0,4}(?:(?:mini-?)?batch|step|iter(?:ation)?|it|sample)?:? *[[(]? *(\d{1,9}) ?\/ ?(\d{1,9})(?![\w/.-]*\w)/i;

export const steps: FormatParser = ({ text }) => {
  const trimmed = withoutLogPrefix(text.trimStart());
  const found = line.exec(trimmed);
  if (found === null) return null;
  const word = (found[1] ?? '').toLowerCase();
  const rest = trimmed.slice(found[0].length);
  const total = Number(found[3]);
  const step = countReading(Number(found[2]), total, {
    key: `step:${word}`,
    trust: /^(?:step|stage|epoch|phase)$/.test(word) ? 'sure' : 'likely',
    label: null,
    message: messageOf(rest),
    ...(total === 100 ? { counted: true } : {}),
  });
  const inner = word === 'epoch' ? part.exec(rest) : null;
  if (step === null || inner === null) return step;
  const about = { key: 'part:epoch', trust: 'sure', label: null, message: null, within: step } as const;
  return countReading(Number(inner[1]), Number(inner[2]), about) ?? step;
};
