/**
 * Numbers in brackets at the start of a line, and what is being done after them: `[12/45] Building C object` (ninja),
 * `[ 45%] Linking` (cmake with make), `[1/4] Resolving packages...` (yarn), `(12/45) upgrading zlib` (pacman), and
 * with the step first `#7 [build 2/4] RUN make` (buildkit).
 */
import { keyOf, messageOf, withoutLogPrefix } from '../labels.ts';
import { countReading, type Form, numberOf, percentReading } from '../reading.ts';

const counted = /^[[(] ?(\d{1,9}(?:,\d{3})*)(?: ?\/ ?| of )(\d{1,9}(?:,\d{3})*) ?[\])]/;
const percent = /^\[ {0,3}(\d{1,3})% ?\]/;
const stage = /^#\d+ \[(?:([\w.-]{1,60}) +)?(\d{1,3})\/(\d{1,3})\]/;

export const bracket: Form = ({ text }) => {
  const line = withoutLogPrefix(text.trimStart());
  const count = counted.exec(line);
  if (count) {
    const message = messageOf(line.slice(count[0].length));
    const more = { key: 'bracket', trust: 'likely', label: null, message } as const;
    return countReading(numberOf(count[1]), numberOf(count[2]), more);
  }
  const done = percent.exec(line);
  if (done) {
    const message = messageOf(line.slice(done[0].length));
    return percentReading(Number(done[1]), { key: 'bracket%', trust: 'likely', label: null, message });
  }
  const built = stage.exec(line);
  if (built === null) return null;
  const more = { label: built[1] ?? null, message: messageOf(line.slice(built[0].length)) };
  return countReading(Number(built[2]), Number(built[3]), {
    ...{ key: `stage:${keyOf(built[1] ?? '')}`, trust: 'likely', ...more },
  });
};
