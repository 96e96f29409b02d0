/** A finished attempt's log as a document: what it says, which colours where, and what was left out. */
import { formatBytes } from '../../../shared/format.ts';
import { type Span, toPlainText } from '../../../shared/terminal/plainText.ts';
import type { Translate } from '../../base/text.ts';

/** Bytes up to which a log is shown whole; each of them goes to the editor's window and back. */
export const wholeLimit = 5_000_000;
/** Bytes shown of the end of a larger one: so many are there at once, and the whole file is a click away. */
export const tailLimit = 500_000;

export interface LogDocument {
  readonly text: string;
  readonly spans: readonly Span[];
  /** Lines before the log's own, which say what is missing. */
  readonly noticeLines: number;
}

/** `bytes` are the last ones of a log of `size` bytes. A line cut at the beginning is left out. */
export function renderLog(bytes: Uint8Array, size: number, t: Translate): LogDocument {
  const missing = size - bytes.length;
  const from = missing > 0 ? bytes.indexOf(0x0a) + 1 : 0;
  const { text, spans } = toPlainText(new TextDecoder('utf-8').decode(bytes.subarray(from)));
  if (missing <= 0) return { text, spans, noticeLines: 0 };
  const left = t('… The first {0} of this log are not shown. Open Full Log File', formatBytes(missing + from, t));
  return {
    text: `${left}\n\n${text}`,
    spans: spans.map((span) => ({ ...span, line: span.line + 2 })),
    noticeLines: 2,
  };
}
