// The page's own clock: one tick a second, so that "5 min ago" and the live end of the bar move.

export class Clock {
  #now = $state(Date.now());
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(everyMs = 1000) {
    this.#timer = setInterval(() => {
      this.#now = Date.now();
    }, everyMs);
  }

  get now(): number {
    return this.#now;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
