// What the story's past costs.

import type { StorageAnswer } from '@mosaic/wire';

const MIB = 2 ** 20;
const PACES = { logs: 40, objects: 12, changes: 18, events: 9, connections: 14, edges: 15, metrics: 8, rolled: 1 };

export function storageOf(end: number): StorageAnswer {
  const days = [0, 1, 2, 3].map((ago) => new Date(end - ago * 86_400_000).toISOString().slice(0, 10));
  const of = (signal: string, mib: number) => ({ cluster: 1, clusterName: 'eu-1', signal, bytes: mib * MIB });
  const paces = Object.entries(PACES);
  return {
    adapter: 'embedded',
    usedBytes: 468 * MIB,
    freeBytes: 70_000 * MIB,
    items: days.flatMap((day) => paces.map(([signal, mib]) => ({ ...of(signal, mib), day }))),
    perDay: paces.map(([signal, mib]) => ({ cluster: 1, clusterName: 'eu-1', signal, bytesPerDay: mib * MIB })),
    retention: Object.fromEntries(paces.map(([signal]) => [signal, { days: signal === 'rolled' ? 90 : 14 }])),
    prediction: Object.fromEntries(
      paces.map(([signal, mib]) => [signal, { days: 14, bytes: 14 * mib * MIB, bound: 'age' as const }]),
    ),
    notes: ['Whole UTC days go, the oldest first.'],
  };
}
