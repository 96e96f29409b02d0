/**
 * Progress that programs report to terminals with `ESC ] 9 ; 4 ; state ; percent ST`. ConEmu introduced the sequence;
 * Windows Terminal, Ghostty and others display it, and cargo, systemd, winget and others write it.
 * https://conemu.github.io/en/AnsiEscapeCodes.html#ConEmu_specific_OSC
 */
export type OscProgress = { kind: 'percent'; percent: number } | { kind: 'removed' } | { kind: 'unknown' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: this expression matches control characters
const sequence = /^\u001b\]9;4;(\d)(?:;(\d{0,3}))?/;

/** Parses a sequence; null if it is not valid. */
export function readOsc(text: string): OscProgress | null {
  const found = sequence.exec(text);
  if (found === null) return null;
  const [, state, value = ''] = found;
  if (state === '0') return { kind: 'removed' };
  // 1: normal, 2: error, 3: indeterminate, 4: paused. The value is optional for 2 and 4.
  if (state === '3' || value === '') return { kind: 'unknown' };
  return { kind: 'percent', percent: Math.min(100, Number(value)) };
}
