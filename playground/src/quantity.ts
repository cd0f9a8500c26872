// Kubernetes quantities, as numbers: `250m` is 0.25, `128Mi` is 134217728.

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const known = new Map<string, number>();

/** 0 for what is not a quantity. */
export function quantity(text: string | undefined): number {
  if (text === undefined) return 0;
  let value = known.get(text);
  if (value === undefined) {
    const match = /^([0-9.]+(?:e[0-9]+)?)([a-zA-Z]*)$/.exec(text);
    value = match === null ? 0 : Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
    if (known.size > 10_000) known.clear();
    known.set(text, value);
  }
  return value;
}
