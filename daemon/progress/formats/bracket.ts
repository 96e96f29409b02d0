/**
 * Numbers in brackets at the start of a line, followed by the current activity: `[12/45] Building C object` (ninja),
 * `[ 45%] Linking` (cmake with make), `[1/4] Resolving packages...` (yarn), `(12/45) upgrading zlib` (pacman), and
 * `#7 [build 2/4] RUN make` (buildkit), which begins with the step.
 */
import { keyOf, messageOf, withoutLogPrefix } from '../labels.ts';
import { countReading, type FormatParser, numberOf, percentReading } from '../reading.ts';

const counted = /^[[(] ?(\d{1,9}(?:,\d{3})*)(?: ?\/ ?| of )(\d{1,9}(?:,\d{3})*) ?[\])]/;
const percent = /^\[ {0,3}(\d{1,3})% ?\]/;
const stage = /^#\d+ \[(?:([\w.-]{1,60}) +)?(\d{1,3})\/(\d{1,3})\]/;

export const bracket: FormatParser = ({ text }) => {
  const line = withoutLogPrefix(text.trimStart());
  const count = counted.exec(line);
  if (count) {
    const message = messageOf(line.slice(count[0].length));
    const total = numberOf(count[2]);
    const counted = total === 100 ? ({ counted: true } as const) : {};
    const more = { key: 'bracket', trust: 'likely', label: null, message, ...counted } as const;
    return countReading(numberOf(count[1]), total, more);
  }
  const done = percent.exec(line);
  if (done) {
    const message = messageOf(line.slice(done[0].length));
    return percentReading(Number(done[1]), { key: 'bracket%', trust: 'likely', label: null, message });
  }
  const built = stage.exec(line);
  if (built === null) return null;
  return countReading(Number(built[2]), Number(built[3]), {
    key: `stage:${keyOf(built[1] ?? '')}`,
    trust: 'likely',
    label: built[1] ?? null,
    message: messageOf(line.slice(built[0].length)),
  });
};
