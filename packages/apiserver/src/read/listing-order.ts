// The order of a listing: that of the keys an API server keeps its objects under, `namespace/name`. So `shop-db` comes before `shop`.

interface Placed {
  readonly namespace?: string;
  readonly name: string;
}

/** For `sort`. */
export function byPlace(
  { namespace: a = '', name: first }: Placed,
  { namespace: b = '', name: second }: Placed,
): number {
  return a === b ? order(first, second) : order(`${a}/`, `${b}/`);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
