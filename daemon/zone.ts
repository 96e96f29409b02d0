/** Converts between local times of a time zone and milliseconds. Pure. */
import { type Clocks, utcOf, type WallTime } from '../shared/isoTime.ts';
import { rangeProblem } from '../shared/messages/backfillRanges.ts';

/** A time zone from the IANA database. */
export class Zone implements Clocks {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /** @throws JobdeckError INVALID_RANGE if the time zone is unknown */
  constructor(name: string) {
    this.name = name;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        calendar: 'gregory',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      throw rangeProblem('INVALID_RANGE/timeZone', { timezone: name });
    }
  }

  /** The local time at a moment. */
  wallAt(at: number): WallTime {
    const parts = new Map(this.#format.formatToParts(at).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
    const ms = ((at % 1000) + 1000) % 1000;
    return {
      year,
      month: part('month'),
      day: part('day'),
      hour: part('hour'),
      minute: part('minute'),
      second: part('second'),
      ms,
    };
  }

  /**
   * The moment of a local time. A time that occurs twice, when clocks are set back, means the first occurrence. A time
   * that is skipped, when clocks are set forward, is moved forward by the length of the gap. This is what Temporal calls
   * `compatible`.
   */
  timeOf(wall: WallTime): number {
    const asUtc = utcOf(wall);
    // The offsets one day earlier and later are those before and after any change.
    const before = this.#offsetAt(asUtc - 86_400_000);
    const after = this.#offsetAt(asUtc + 86_400_000);
    const fits = [before, after].map((offset) => asUtc - offset).filter((at) => utcOf(this.wallAt(at)) === asUtc);
    return fits.length > 0 ? Math.min(...fits) : asUtc - before;
  }

  /** Milliseconds that the zone is ahead of UTC. */
  #offsetAt(at: number): number {
    return utcOf(this.wallAt(at)) - at;
  }
}
