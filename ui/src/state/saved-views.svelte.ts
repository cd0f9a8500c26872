// Views kept by name in this browser. A view is an address, so nothing else has to be kept.

export interface SavedView {
  readonly name: string;
  /** `?level=pod&q=…` */
  readonly search: string;
}

const KEPT = 'mosaic.views';
const MOST = 50;

type Store = Pick<Storage, 'getItem' | 'setItem'>;

function readViews(text: string | null): SavedView[] {
  try {
    const all: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(all)) return [];
    return all.filter(isView).slice(0, MOST);
  } catch {
    return []; // written by something else: as if nothing were kept
  }
}

const isView = (v: unknown): v is SavedView =>
  typeof v === 'object' &&
  v !== null &&
  'name' in v &&
  'search' in v &&
  typeof v.name === 'string' &&
  typeof v.search === 'string' &&
  (v.search === '' || v.search.startsWith('?'));

export class SavedViews {
  readonly #store: Store | undefined;
  #all = $state.raw<readonly SavedView[]>([]);

  /** `others` tells when another tab of this browser wrote. */
  constructor(store: Store | undefined, others: Pick<Window, 'addEventListener'> | undefined = globalThis.window) {
    this.#store = store;
    others?.addEventListener('storage', (event) => event.key === KEPT && this.#read());
    this.#read();
  }

  #read(): void {
    if (this.#store === undefined) return;
    try {
      this.#all = readViews(this.#store?.getItem(KEPT) ?? null);
    } catch {
      // storage may be forbidden: views are kept until the page closes
    }
  }

  get all(): readonly SavedView[] {
    return this.#all;
  }

  /** The newest of a name replaces the one before. */
  keep(name: string, search: string): void {
    const kept = name.trim().slice(0, 80);
    if (kept === '') return;
    this.#read();
    this.#write([{ name: kept, search }, ...this.#all.filter((v) => v.name !== kept)].slice(0, MOST));
  }

  forget(name: string): void {
    this.#read();
    this.#write(this.#all.filter((v) => v.name !== name));
  }

  #write(all: readonly SavedView[]): void {
    this.#all = all;
    try {
      this.#store?.setItem(KEPT, JSON.stringify(all));
    } catch {
      // as above
    }
  }
}
