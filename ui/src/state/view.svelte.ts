// What is looked at: the one state of the page, always the same as its address. Back and forward walk through it.

import { leftLogs } from './log-wish.ts';
import { formatView, HOME, readView, type ViewState } from './url-state.ts';

const WRITE_MS = 250;

export type Patch = Partial<ViewState>;
type Place = Pick<Window, 'location' | 'history' | 'addEventListener' | 'removeEventListener'>;

/** Who turns to another thing leaves the edge and the line that were looked at. */
function turned(before: ViewState, patch: Patch): ViewState {
  const next = { ...before, ...patch };
  if (!('node' in patch)) return next;
  const logs = patch.node === before.node || 'logs' in patch ? next.logs : leftLogs(next.logs);
  return { ...next, logs, ...('edge' in patch ? {} : { edge: undefined }) };
}

export class View {
  readonly #place: Place;
  #state = $state.raw<ViewState>(HOME);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The newest address not yet written. */
  #written = '';

  constructor(place: Place = window) {
    this.#place = place;
    this.#state = readView(place.location.search);
    place.addEventListener('popstate', this.#back);
  }

  get now(): ViewState {
    return this.#state;
  }

  get isLive(): boolean {
    return this.#state.at === undefined;
  }

  /** Goes to a view; a step for the back button unless `replace` (scrubbing, playing, typing). */
  go(patch: Patch, how: 'push' | 'replace' = 'push'): void {
    const next = turned(this.#state, patch);
    const search = formatView(next);
    const same = search === formatView(this.#state);
    this.#written = how === 'replace' ? search : this.#written;
    this.#state = next;
    if (same) return;
    if (how === 'replace') {
      this.#writeSoon();
      return;
    }
    this.#write();
    this.#place.history.pushState(null, '', this.#url(search));
  }

  /** The address that `go(patch)` would lead to, for real links. */
  link(patch: Patch): string {
    return this.#url(formatView(turned(this.#state, patch)));
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#place.removeEventListener('popstate', this.#back);
  }

  #url(search: string): string {
    return `${this.#place.location.pathname}${search}`;
  }

  /** Browsers refuse hundreds of address changes a second; while a thumb drags, the last one is enough. */
  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MS);
  }

  #write(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#place.history.replaceState(null, '', this.#url(this.#written));
  }

  #back = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#state = readView(this.#place.location.search);
  };
}
