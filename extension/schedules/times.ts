/** How times are written in the rows of schedules. A formatter takes milliseconds to make, so each waits for a row. */
export class Times {
  readonly #language: string;
  #full: Intl.DateTimeFormat | null = null;
  #short: Intl.DateTimeFormat | null = null;

  /** `language`: of the editor, such as `de`. */
  constructor(language: string) {
    this.#language = language;
  }

  /** With everything, for tooltips. */
  full(iso: string): string {
    this.#full ??= new Intl.DateTimeFormat(this.#language, { dateStyle: 'full', timeStyle: 'short' });
    return this.#full.format(new Date(iso));
  }

  /** For rows, which are narrow: without the year. */
  short(iso: string): string {
    this.#short ??= new Intl.DateTimeFormat(this.#language, {
      ...{ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
    });
    return this.#short.format(new Date(iso));
  }
}
