// Quantities as Kubernetes writes them (k8s.io/apimachinery resource.Quantity): `120m`, `3500000n`, `64Mi`.

const SCALES: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** NaN for what is none. */
export function quantityOf(text: string): number {
  const [, number = '', scale = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([numkKMGTPE]?i?)$/.exec(text) ?? [];
  return number === '' ? Number.NaN : Number(number) * (SCALES[scale] ?? Number.NaN);
}

/** `64Mi`, as kubectl top does. */
export const amount = (bytes: number): string => `${Math.round(bytes / 2 ** 20)}Mi`;
