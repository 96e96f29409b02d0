/** The log of a finished attempt as a document: text, colors, and a notice if it is truncated. */
import { formatBytes } from '../../../shared/format.ts';
import { type Span, toPlainText } from '../../../shared/terminal/plainText.ts';
import type { Translate } from '../../base/text.ts';

/** Logs up to this size in bytes are shown in full. The editor transfers every byte twice. */
export const wholeLimit = 5_000_000;
/** Bytes shown of the end of a larger log. This opens instantly, and a link opens the full file. */
export const tailLimit = 500_000;

export interface LogDocument {
  readonly text: string;
  readonly spans: readonly Span[];
  /** Number of notice lines before the log. */
  readonly noticeLines: number;
}

/** `bytes` is the end of a log of `size` bytes. A truncated first line is left out. */
export function renderLog(bytes: Uint8Array, size: number, t: Translate): LogDocument {
  const missing = size - bytes.length;
  const from = missing > 0 ? bytes.indexOf(0x0a) + 1 : 0;
  const { text, spans } = toPlainText(new TextDecoder('utf-8').decode(bytes.subarray(from)));
  if (missing <= 0) return { text, spans, noticeLines: 0 };
  const notice = t('… The first {0} of this log are not shown. Open Full Log File', formatBytes(missing + from, t));
  return {
    text: `${notice}\n\n${text}`,
    spans: spans.map((span) => ({ ...span, line: span.line + 2 })),
    noticeLines: 2,
  };
}
