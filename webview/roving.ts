/** Keyboard navigation in a row of elements, one of which is in the tab order (roving tabindex). */

/** The index that a key moves to from `index` in a row of `count`; null if the key isn't for navigation. */
export function stepTo(key: string, index: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(last, index + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
