// Plays the past: the instant runs at a speed until it reaches now, then it is live.

export const SPEEDS = [1, 10, 60, 300, 600] as const;
export type Speed = (typeof SPEEDS)[number];

interface Wiring {
  readonly at: () => number;
  readonly now: () => number;
  readonly travel: (at: number | undefined) => void;
}

export class Player {
  readonly #wiring: Wiring;
  #isPlaying = $state(false);
  #speed = $state<Speed>(60);
  #frame = 0;
  #last = 0;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }
  get speed(): Speed {
    return this.#speed;
  }

  toggle(): void {
    if (this.#isPlaying) this.pause();
    else this.play();
  }

  play(): void {
    this.#isPlaying = true;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame(this.#step);
  }

  pause(): void {
    this.#isPlaying = false;
    cancelAnimationFrame(this.#frame);
  }

  faster(): void {
    const next = SPEEDS[(SPEEDS.indexOf(this.#speed) + 1) % SPEEDS.length];
    if (next !== undefined) this.#speed = next;
  }

  #step = (time: number): void => {
    if (!this.#isPlaying) return;
    const at = this.#wiring.at() + Math.max(0, time - this.#last) * this.#speed;
    this.#last = time;
    if (at >= this.#wiring.now()) {
      this.pause();
      this.#wiring.travel(undefined);
      return;
    }
    this.#wiring.travel(at);
    this.#frame = requestAnimationFrame(this.#step);
  };
}
