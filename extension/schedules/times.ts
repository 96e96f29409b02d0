/** Formats times in the rows of schedules. A formatter takes milliseconds to create, so each is created on demand. */
export class Times {
  readonly #language: string;
  #full: Intl.DateTimeFormat | null = null;
  #short: Intl.DateTimeFormat | null = null;

  /** `language`: the display language, such as `de`. */
  constructor(language: string) {
    this.#language = language;
  }

  /** Long form for tooltips. */
  full(iso: string): string {
    this.#full ??= new Intl.DateTimeFormat(this.#language, { dateStyle: 'full', timeStyle: 'short' });
    return this.#full.format(new Date(iso));
  }

  /** Short form for rows, without the year. */
  short(iso: string): string {
    this.#short ??= new Intl.DateTimeFormat(this.#language, {
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
    });
    return this.#short.format(new Date(iso));
  }
}
