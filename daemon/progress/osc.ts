/**
 * Progress that programs tell terminals by `ESC ] 9 ; 4 ; state ; percent ST`: ConEmu's sequence, which Windows Terminal,
 * Ghostty and others show, and cargo, systemd, winget and others write.
 * https://conemu.github.io/en/AnsiEscapeCodes.html#ConEmu_specific_OSC
 */
export type OscProgress = { kind: 'percent'; percent: number } | { kind: 'over' } | { kind: 'unknown' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const sequence = /^\u001b\]9;4;(\d)(?:;(\d{0,3}))?/;

/** What such a sequence says; null for one that is none. */
export function readOsc(text: string): OscProgress | null {
  const found = sequence.exec(text);
  if (found === null) return null;
  const [, state, value = ''] = found;
  if (state === '0') return { kind: 'over' };
  // 1: normal, 2: an error, 4: paused; in these two the value may be left out.
  if (state === '3' || value === '') return { kind: 'unknown' };
  return { kind: 'percent', percent: Math.min(100, Number(value)) };
}
