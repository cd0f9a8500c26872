// Pod logs on demand: the api asks for a cluster's, the live source of its agent reads them through the API server.

import type { LiveReader } from '@mosaic/api';
import type { LiveSource } from '@mosaic/kat';

export interface LiveSources extends LiveReader {
  add(cluster: number, source: Pick<LiveSource, 'podLogs'>): void;
  clusters(): readonly number[];
}

export function liveReader(): LiveSources {
  const sources = new Map<number, Pick<LiveSource, 'podLogs'>>();
  return {
    add: (cluster, source) => void sources.set(cluster, source),
    clusters: () => [...sources.keys()],
    reaches: (cluster) => sources.has(cluster),
    podLogs(cluster, namespace, pod, options) {
      const source = sources.get(cluster);
      if (source === undefined) throw new Error(`no agent of cluster ${cluster} runs in this process`);
      return source.podLogs(namespace, pod, options);
    },
  };
}
