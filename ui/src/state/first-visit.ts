// Whether this browser was here before. Who comes by a link wants what the link shows, so only the start view counts.

const SEEN = 'mosaic.tour';

export function isFirstVisit(search: string, store: () => Pick<Storage, 'getItem'> = () => localStorage): boolean {
  if (search !== '') return false;
  try {
    return store().getItem(SEEN) === null;
  } catch {
    return false; // a browser that keeps nothing would be told the same at every visit
  }
}

export function rememberVisit(store: () => Pick<Storage, 'setItem'> = () => localStorage): void {
  try {
    store().setItem(SEEN, 'seen');
  } catch {
    // as above
  }
}
