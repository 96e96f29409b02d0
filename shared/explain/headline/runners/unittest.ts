/**
 * Python’s unittest, also under Django: `FAIL: test_discount (shop.ShopTest.test_discount)` with a traceback each, and
 * `FAILED (failures=1, errors=1)` at the end. https://docs.python.org/3/library/unittest.html
 */
import { type Finding, firstMatch, lastMatch, type Output, withNames } from '../finding.ts';
import { tracebackAt } from './python.ts';

const summary = /^FAILED \(((?:(?:failures|errors|unexpected successes)=\d{1,9})(?:, [a-z ]{1,30}=\d{1,9}){0,5})\)$/;
const heading = /^(?:FAIL|ERROR): (\S+)(?: \(([^)]{1,300})\))?/;
const rule = /^={70}$/;

export function unittest({ lines }: Output): Finding | null {
  const at = lastMatch(lines, summary);
  const ran = lastMatch(lines, /^Ran \d{1,9} tests? in \d/, at);
  if (at < 0 || ran < 0) return null;
  const headings = [...lines.entries()].slice(0, ran).flatMap(([index, line]) => {
    const match = rule.test(lines[index - 1] ?? '') ? heading.exec(line) : null;
    return match === null
      ? []
      : [{ index, name: match[1] ?? '', isImport: match[2]?.includes('_FailedTest') === true }];
  });
  const [first] = headings;
  const trace = first && firstMatch(lines, /^Traceback \(most recent call last\):$/, first.index, ran);
  const traceback = trace === undefined || trace < 0 ? null : tracebackAt(lines, trace);
  // A module that can’t be imported is reported as a test.
  const names =
    headings.length === 1 && first?.isImport && traceback !== null
      ? [traceback.text]
      : headings.map(({ name }) => name);
  return { text: withNames(summary.exec(lines[at] ?? '')?.[0] ?? '', names), place: traceback?.place ?? null, at };
}
