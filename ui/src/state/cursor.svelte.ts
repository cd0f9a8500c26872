// The instant under the pointer, on the bar or on any chart: one line through all of them.

export class Cursor {
  #at = $state<number | undefined>(undefined);

  get at(): number | undefined {
    return this.#at;
  }

  point(at: number | undefined): void {
    this.#at = at;
  }
}
