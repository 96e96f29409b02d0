/** Lines of pytest end with the percentage: `....F....   [ 48%]`, `test_it.py::test_one PASSED   [  2%]`. */
import { type FormatParser, percentReading } from '../reading.ts';

const line =
  /(?:(?<![.FEsxXrR])[.FEsxXrR]+|(?:PASSED|FAILED|SKIPPED|ERROR|XFAIL|XPASS|RERUN)(?: \(.{1,80}\))?) *\[ {0,2}(\d{1,3})%\]$/;

export const pytest: FormatParser = ({ text }) => {
  const found = line.exec(text.trimEnd());
  return found && percentReading(Number(found[1]), { key: 'pytest', trust: 'sure', label: null, message: null });
};
